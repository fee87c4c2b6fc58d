#pragma once

#include "verify/verification.hpp"

namespace weir {

/// The keys of the subjects of personal data: every slot in use is whole in both files and has the same bytes there; there
/// is a key for each subject, and none for one that is erased; each erased subject is in the list of erasures. `is_live`:
/// erasures go on meanwhile.
void check_keys(const verification& of, bool is_live);

}  // namespace weir
