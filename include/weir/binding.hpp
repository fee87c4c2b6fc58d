#pragma once

// What the bindings that weir-idl writes are made of.
#include "schema/binding.hpp"
#include "schema/schema.hpp"
