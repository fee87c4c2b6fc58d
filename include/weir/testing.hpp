#pragma once

#include "domain/tables.hpp"
#include "testing/scenario.hpp"
