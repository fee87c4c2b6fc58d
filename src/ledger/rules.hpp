#pragma once

#include "ledger/commands_types.h"
#include "ledger/events_types.h"
#include "ledger/state_types.h"
#include "weir/domain.hpp"

/// The ledger's business: money is never made, lost or owed. An account's balance is everything that came in minus
/// everything that left.
namespace weir::ledger {

decision decide(const AccountState& account, const OpenAccountCommand& command, const decide_context& context);
decision decide(const AccountState& account, const DepositCommand& command, const decide_context& context);
decision decide(const AccountState& account, const WithdrawCommand& command, const decide_context& context);
decision decide(const AccountState& from, const TransferCommand& command, const decide_context& context);
decision decide(const AccountState& account, const CloseAccountCommand& command, const decide_context& context);

void evolve(AccountState& account, const AccountOpenedEvent& event);
void evolve(AccountState& account, const MoneyDepositedEvent& event);
void evolve(AccountState& account, const MoneyWithdrawnEvent& event);
void evolve(AccountState& account, const MoneySentEvent& event);
void evolve(AccountState& account, const MoneyReceivedEvent& event);
void evolve(AccountState& account, const AccountClosedEvent& event);

}  // namespace weir::ledger
