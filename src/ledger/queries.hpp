#pragma once

#include "engine/domain.hpp"
#include "ledger/queries_types.h"

/// What can be asked about the ledger.
namespace weir::ledger {

answer_or_refusal<Account> answer(const GetAccountQuery& query, const views& views);
answer_or_refusal<AccountList> answer(const ListAccountsQuery& query, const views& views);
answer_or_refusal<Statement> answer(const GetStatementQuery& query, const views& views);
answer_or_refusal<MonthlyReport> answer(const GetMonthlyReportQuery& query, const views& views);

}  // namespace weir::ledger
