#pragma once

#include "domain/define_domain.hpp"
#include "weir/domain.hpp"
