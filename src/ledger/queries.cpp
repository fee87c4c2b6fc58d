#include "ledger/queries.hpp"

#include "base/limits.hpp"
#include "ledger/views.hpp"

namespace weir::ledger {
namespace {

/// The first key after `key`, in the order of bytes.
std::string just_after(std::string key) { return key += '\0'; }

refusal refuse_as_not_found(const AccountId& id) {
  AccountNotFound why;
  why.accountId = id;
  return refuse(why);
}

}  // namespace

answer_or_refusal<Account> answer(const GetAccountQuery& query, const query_context& context) {
  if (auto account = context.views.get<accounts_view>(query.accountId)) return std::move(*account);
  return refuse_as_not_found(query.accountId);
}

answer_or_refusal<AccountList> answer(const ListAccountsQuery& query, const query_context& context) {
  const auto limit = static_cast<std::size_t>(query.limit);
  const std::string from = query.__isset.cursor ? just_after(query.cursor) : "";
  AccountList page;
  std::string last_seen;
  std::size_t seen = 0;
  context.views.scan<accounts_view>(from, [&](std::string_view id, Account account) {
    // One row too many tells that there is a next page; a filter that lets little through ends a page early.
    if (page.accounts.size() == limit || seen == limits::scanned_rows_max) {
      page.__set_nextCursor(last_seen);
      return false;
    }
    ++seen;
    last_seen = id;
    if (!query.__isset.status || account.status == query.status) page.accounts.push_back(std::move(account));
    return true;
  });
  return page;
}

answer_or_refusal<Statement> answer(const GetStatementQuery& query, const query_context& context) {
  if (!context.views.contains<accounts_view>(query.accountId)) return refuse_as_not_found(query.accountId);
  const auto limit = static_cast<std::size_t>(query.limit);
  const std::string own = entries_of(query.accountId);
  Statement page;
  page.accountId = query.accountId;
  const sequence first{static_cast<std::uint64_t>(query.firstSequence)};
  context.views.scan<statements_view>(entry_key(query.accountId, first),
                                      [&](std::string_view key, StatementEntry entry) {
                                        if (!key.starts_with(own)) return false;
                                        if (page.entries.size() == limit) {
                                          page.__set_nextSequence(entry.sequence);
                                          return false;
                                        }
                                        page.entries.push_back(std::move(entry));
                                        return true;
                                      });
  return page;
}

answer_or_refusal<MonthlyReport> answer(const GetMonthlyReportQuery& query, const query_context& context) {
  MonthlyReport report;
  context.views.scan<months_view>(query.firstMonth, [&](std::string_view month, LedgerMonth row) {
    if (month > query.lastMonth || report.months.size() == limits::scanned_rows_max) return false;
    report.months.push_back(std::move(row));
    return true;
  });
  return report;
}

}  // namespace weir::ledger
