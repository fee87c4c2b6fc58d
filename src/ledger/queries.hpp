#pragma once

#include "ledger/queries_types.h"
#include "weir/domain.hpp"

/// What can be asked about the ledger.
namespace weir::ledger {

answer_or_refusal<Account> answer(const GetAccountQuery& query, const query_context& context);
answer_or_refusal<AccountList> answer(const ListAccountsQuery& query, const query_context& context);
answer_or_refusal<Statement> answer(const GetStatementQuery& query, const query_context& context);
answer_or_refusal<MonthlyReport> answer(const GetMonthlyReportQuery& query, const query_context& context);

}  // namespace weir::ledger
