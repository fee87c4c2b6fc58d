#pragma once

#include <cstdint>
#include <string>

/// The ledger's commands, events and refusals as the JSON that clients read and write.
namespace weir::testing::sentences {

inline std::string of_account(const std::string& name, const std::string& id) {
  return "{\"" + name + R"(":{"accountId":")" + id + "\"}}";
}
inline std::string of_amount(const std::string& name, const std::string& id, std::int64_t cents) {
  return "{\"" + name + R"(":{"accountId":")" + id + R"(","amount":)" + std::to_string(cents) + "}}";
}

inline std::string open(const std::string& id) {
  return R"({"openAccount":{"accountId":")" + id + R"(","owner":"Ada"}})";
}
inline std::string opened(const std::string& id) {
  return R"({"accountOpened":{"accountId":")" + id + R"(","owner":"Ada"}})";
}
inline std::string deposit(const std::string& id, std::int64_t cents) { return of_amount("deposit", id, cents); }
inline std::string deposited(const std::string& id, std::int64_t cents) {
  return of_amount("moneyDeposited", id, cents);
}
inline std::string withdraw(const std::string& id, std::int64_t cents) { return of_amount("withdraw", id, cents); }
inline std::string withdrawn(const std::string& id, std::int64_t cents) {
  return of_amount("moneyWithdrawn", id, cents);
}
inline std::string transfer(const std::string& from, const std::string& to, std::int64_t cents) {
  return R"({"transfer":{"fromAccountId":")" + from + R"(","toAccountId":")" + to + R"(","amount":)" +
         std::to_string(cents) + "}}";
}
inline std::string sent(const std::string& from, const std::string& to, std::int64_t cents) {
  return R"({"moneySent":{"accountId":")" + from + R"(","toAccountId":")" + to + R"(","amount":)" +
         std::to_string(cents) + "}}";
}
inline std::string received(const std::string& to, const std::string& from, std::int64_t cents) {
  return R"({"moneyReceived":{"accountId":")" + to + R"(","fromAccountId":")" + from + R"(","amount":)" +
         std::to_string(cents) + "}}";
}
inline std::string close(const std::string& id) { return of_account("closeAccount", id); }
inline std::string closed(const std::string& id) { return of_account("accountClosed", id); }

inline std::string refused_for_account(const std::string& exception, const std::string& id) {
  return exception + R"({"accountId":")" + id + "\"}";
}
inline std::string exists_already(const std::string& id) { return refused_for_account("AccountAlreadyExists", id); }
inline std::string not_found(const std::string& id) { return refused_for_account("AccountNotFound", id); }
inline std::string is_closed(const std::string& id) { return refused_for_account("AccountClosed", id); }
inline std::string same_account(const std::string& id) { return refused_for_account("SameAccount", id); }
inline std::string insufficient(const std::string& id, std::int64_t balance, std::int64_t amount) {
  return R"(InsufficientFunds{"accountId":")" + id + R"(","balance":)" + std::to_string(balance) + R"(,"amount":)" +
         std::to_string(amount) + "}";
}
inline std::string too_large(const std::string& id, std::int64_t amount) {
  return R"(BalanceTooLarge{"accountId":")" + id + R"(","amount":)" + std::to_string(amount) + "}";
}
inline std::string not_zero(const std::string& id, std::int64_t balance) {
  return R"(BalanceNotZero{"accountId":")" + id + R"(","balance":)" + std::to_string(balance) + "}";
}

}  // namespace weir::testing::sentences
