// Does not compile, and says why: a test tries.
#include "domain/upcasts.hpp"

namespace weir::circle {

struct First {};
struct Second {};
struct Third {};

Second upcast(const First&);
Third upcast(const Second&);
First upcast(const Third&);

using never = defining::newest<First>;

}  // namespace weir::circle
