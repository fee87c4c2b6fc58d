#include "auth/authenticator.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "auth/api_token.hpp"
#include "auth/file_access.hpp"
#include "auth/key_download.hpp"
#include "auth/key_fetcher.hpp"
#include "auth/key_set.hpp"
#include "auth/session_cache.hpp"
#include "auth/token_file.hpp"
#include "base/digest.hpp"

namespace weir::auth {

/// What a session rests on: enough to see, after a reload, whether it still holds and for which roles.
struct evidence {
  struct token {
    std::string id, hash;
  };
  struct signed_token {
    std::shared_ptr<const issuer_settings> settings;
    verified_token verified;
  };
  std::variant<token, signed_token, net::peer_certificate> of;
};

namespace {

/// The permissions of each set of roles, made once. Roles come from those whom the access file trusts, and are few; a
/// set beyond the limit is made each time.
class permission_sets {
 public:
  std::shared_ptr<const permissions> of(const std::map<std::string, grants>& roles,
                                        const std::vector<std::string>& set) {
    if (set.empty()) return permissions::nothing();
    const std::lock_guard lock(mutex_);
    if (const auto found = made_.find(set); found != made_.end()) return found->second;
    grants sum;
    for (const std::string& role : set) sum.add(roles.at(role));
    auto made = std::make_shared<const permissions>(std::move(sum));
    if (made_.size() < sets_max) made_.emplace(set, made);
    return made;
  }

 private:
  static constexpr std::size_t sets_max = 1'024;
  std::mutex mutex_;
  std::map<std::vector<std::string>, std::shared_ptr<const permissions>> made_;
};

struct issuer {
  std::shared_ptr<const issuer_settings> settings;
  std::shared_ptr<const key_set> keys;
};

/// All that answers depend on. Never changes once it is published.
struct snapshot {
  std::uint64_t generation = 0;
  access_file file;
  std::unordered_map<std::string, api_token> tokens;
  std::vector<issuer> issuers;
  std::shared_ptr<permission_sets> sets = std::make_shared<permission_sets>();
};

/// The snapshot of now. A mutex and no std::atomic<std::shared_ptr>: that of GCC 12 lets go of its own lock with relaxed
/// order, so that a reader's copy and the next store race. Who was seen before asks for no snapshot.
class published {
 public:
  [[nodiscard]] std::shared_ptr<const snapshot> load() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void store(std::shared_ptr<const snapshot> next) {
    {
      const std::lock_guard lock(mutex_);
      now_.swap(next);
    }
    // The old one may go here, and takes its time to.
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const snapshot> now_;
};

refusal refused(std::string_view reason) {
  refusal made;
  made.reason = reason;
  return made;
}

const refusal expired{refusal::kind::invalid_token, "The credential has expired", "the credential has expired"};

const issuer* find_issuer(const snapshot& in, const std::string& name) {
  const auto found = std::find_if(in.issuers.begin(), in.issuers.end(),
                                  [&](const auto& each) { return each.settings->issuer == name; });
  return found == in.issuers.end() ? nullptr : &*found;
}

/// Those of the roles that the access file has: a role that is not there grants nothing.
std::vector<std::string> known_roles(const snapshot& in, std::vector<std::string> roles) {
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  std::erase_if(roles, [&](const std::string& each) { return !in.file.roles.contains(each); });
  return roles;
}

session admit(const snapshot& in, std::string name, std::vector<std::string> roles, caller::credential by,
              std::optional<timestamp> expires, std::shared_ptr<const evidence> proof) {
  session made;
  auto known = known_roles(in, std::move(roles));
  made.may = in.sets->of(in.file.roles, known);
  made.who = std::make_shared<const caller>(caller{std::move(name), std::move(known), by});
  made.expires_at = expires;
  made.proof = std::move(proof);
  made.generation = in.generation;
  return made;
}

using answer = authenticator::answer;

answer admit(const snapshot& in, const std::shared_ptr<const evidence>& proof, const evidence::token& token) {
  const auto found = in.tokens.find(token.id);
  if (found == in.tokens.end() || found->second.hash != token.hash) return refused("there is no such token any more");
  if (found->second.revoked) return refused("the token is revoked");
  return admit(in, found->second.name, found->second.roles, caller::credential::api_token, found->second.expires,
               proof);
}

std::vector<std::string> roles_of(const issuer_settings& settings, const std::vector<std::string>& values) {
  std::vector<std::string> roles = settings.roles;
  for (const std::string& value : values) {
    if (!settings.role_names) {
      roles.push_back(value);
    } else if (const auto found = settings.role_names->find(value); found != settings.role_names->end()) {
      roles.push_back(found->second);
    }
  }
  return roles;
}

answer admit(const snapshot& in, const std::shared_ptr<const evidence>& proof, const evidence::signed_token& token) {
  const issuer* from = find_issuer(in, token.settings->issuer);
  if (from == nullptr || *from->settings != *token.settings) return refused("the issuer has other settings now");
  if (!from->keys->has(token.verified.thumbprint)) return refused("the key of the token is gone");
  return admit(in, token.verified.name, roles_of(*from->settings, token.verified.role_values),
               caller::credential::access_token, token.verified.expires, proof);
}

bool fits(const certificate_rule& rule, const net::peer_certificate& certificate) {
  using kind = certificate_rule::subject_kind;
  const auto has = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), rule.value) != names.end();
  };
  switch (rule.kind) {
    case kind::subject:
      return certificate.subject == rule.value;
    case kind::dns:
      return has(certificate.dns_names);
    case kind::uri:
      return has(certificate.uris);
    case kind::email:
      return has(certificate.email_addresses);
  }
  return false;
}

answer admit(const snapshot& in, const std::shared_ptr<const evidence>& proof,
             const net::peer_certificate& certificate) {
  const auto& rules = in.file.certificates;
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& each) { return fits(each, certificate); });
  if (rule == rules.end()) {
    return refusal{refusal::kind::invalid_token, "The client certificate is not known",
                   "no entry fits the certificate"};
  }
  return admit(in, rule->name, rule->roles, caller::credential::client_certificate,
               std::chrono::floor<timestamp::duration>(certificate.valid_until), proof);
}

/// The session that this evidence gives by this snapshot.
answer admit(const snapshot& in, const std::shared_ptr<const evidence>& proof, timestamp now) {
  answer made = std::visit([&](const auto& of) { return admit(in, proof, of); }, proof->of);
  const auto* admitted = std::get_if<session>(&made);
  if (admitted != nullptr && admitted->expires_at && now >= *admitted->expires_at) return expired;
  return made;
}

}  // namespace

class authenticator::implementation {
 public:
  implementation(std::filesystem::path path, authenticator_options options)
      : path_(std::move(path)), options_(std::move(options)), cache_(options_.cached_sessions_max) {}

  ~implementation() {
    {
      const std::lock_guard lock(watch_mutex_);
      stopping_ = true;
    }
    stop_.notify_all();
    if (watcher_.joinable()) watcher_.join();
    fetcher_map last;  // destroyed without the locks, which their threads may be waiting for
    {
      const std::lock_guard lock(rebuild_);
      const std::lock_guard also(fetchers_mutex_);
      std::swap(last, fetchers_);
    }
  }

  void watch() {
    watcher_ = std::thread([this] { run_watcher(); });
  }

  answer authenticate(std::string_view token, timestamp now) {
    if (token.size() > access_token_bytes_max) return refused("the token is longer than 16 KiB");
    const std::string digest = sha256(token);
    if (auto kept = cache_.find(digest)) {
      const auto generation = kept->generation;
      if (check(*kept, now) == standing::valid) {
        if (kept->generation != generation) cache_.put(digest, *kept);
        return std::move(*kept);
      }
      cache_.drop(digest);
    }
    answer made = verify(token, now);
    if (const auto* verified = std::get_if<session>(&made)) cache_.put(digest, *verified);
    return made;
  }

  answer authenticate(const net::peer_certificate& certificate, timestamp now) const {
    return admit(*snapshot_.load(), std::make_shared<const evidence>(evidence{certificate}), now);
  }

  standing check(session& kept, timestamp now) const {
    if (kept.expires_at && now >= *kept.expires_at) return standing::expired;
    if (kept.generation == generation_.load(std::memory_order_acquire) || !kept.proof) return standing::valid;
    answer again = admit(*snapshot_.load(), kept.proof, now);
    if (auto* made = std::get_if<session>(&again)) {
      kept = std::move(*made);
      return standing::valid;
    }
    return standing::revoked;
  }

  outcome<void> reload() {
    fetcher_map given_up;  // destroyed without the lock, which their threads may be waiting for
    outcome<void> read;
    {
      const std::lock_guard lock(rebuild_);
      auto made = std::make_shared<snapshot>();
      read = read_files(*made);
      if (read) {
        given_up = choose_fetchers(made->file);
        for (const issuer_settings& each : made->file.issuers) {
          made->issuers.push_back({std::make_shared<const issuer_settings>(each), keys_.at(each.keys)});
        }
        publish(std::move(made));
      } else if (!take_tokens_alone()) {
        return read;
      }
    }
    options_.changed();
    return read;
  }

  [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  struct fetching {
    std::unique_ptr<key_download> download;
    std::unique_ptr<key_fetcher> fetcher;  // ends before the download
    std::string digest;                    // of the document that its keys were read from
    bool failed = false;                   // at the last time
  };
  using fetcher_map = std::map<key_source, fetching>;

  // Verifying.

  answer verify(std::string_view token, timestamp now) {
    auto in = snapshot_.load();
    if (looks_like_api_token(token)) return verify_api_token(*in, token, now);
    for (;;) {
      answer made = verify_signed(*in, token, now);
      // The key may have come since the snapshot was taken: then the fetch has ended, and nothing says "try again".
      auto newer = snapshot_.load();
      if (std::holds_alternative<session>(made) || newer == in) return made;
      in = std::move(newer);
    }
  }

  static answer verify_api_token(const snapshot& in, std::string_view text, timestamp now) {
    const auto presented = read_api_token(text);
    if (!presented) return refused("this is no API token");
    const auto found = in.tokens.find(presented->id);
    // A token that is not there takes as long as one that is.
    static const api_token nobodys{"", "", {}, std::string(16, '\0'), std::string(32, '\0'), {}, {}, {}};
    const api_token& token = found == in.tokens.end() ? nobodys : found->second;
    if (!has_secret(token, presented->secret) || found == in.tokens.end()) return refused("there is no such API token");
    return admit(in, std::make_shared<const evidence>(evidence{evidence::token{token.id, token.hash}}), now);
  }

  answer verify_signed(const snapshot& in, std::string_view text, timestamp now) {
    refusal why;
    const auto token = access_token::read(text, why.reason);
    if (!token) return why;
    const issuer* from = find_issuer(in, token->issuer());
    if (from == nullptr) return refused("iss is no issuer of the access file");
    const verification_key* key = from->keys->find(token->key_id());
    if (key == nullptr) return without_key(*from);
    auto verified = token->verify(*key, *from->settings, now, why);
    if (!verified) return why;
    return admit(
        in, std::make_shared<const evidence>(evidence{evidence::signed_token{from->settings, std::move(*verified)}}),
        now);
  }

  /// The key may be newer than the last fetch.
  answer without_key(const issuer& of) {
    if (!of.settings->keys.url.empty()) {
      const std::lock_guard lock(fetchers_mutex_);
      const auto found = fetchers_.find(of.settings->keys);
      if (found != fetchers_.end() && found->second.fetcher->want()) {
        return refusal{refusal::kind::try_again, "The keys of the issuer are being fetched",
                       "the key is not there yet"};
      }
    }
    return refused("there is no such key");
  }

  // Snapshots.

  outcome<void> read_files(snapshot& made) {
    // Stamps come first: what changes while it is read is read again.
    stamps_[path_] = stamp_of(path_);
    auto file = read_access_file(path_, options_.names ? &*options_.names : nullptr);
    if (!file) {
      // The other files count again when this one is right, which reads them all.
      for (auto& [path, stamp] : stamps_) {
        if (path != path_) stamp = stamp_of(path);
      }
      return file.error();
    }
    std::map<std::filesystem::path, file_stamp> stamps{{path_, stamps_[path_]}};
    faults found;
    if (file->tokens) {
      stamps[*file->tokens] = stamp_of(*file->tokens);
      if (auto tokens = read_token_file(*file->tokens)) {
        for (api_token& each : *tokens) made.tokens.emplace(each.id, std::move(each));
      } else {
        found = tokens.error();
      }
    }
    std::map<key_source, std::shared_ptr<const key_set>> keys;
    for (const issuer_settings& each : file->issuers) {
      if (!each.keys.url.empty()) {
        const auto old = keys_.find(each.keys);
        keys[each.keys] = old == keys_.end() ? std::make_shared<const key_set>() : old->second;
        continue;
      }
      stamps[each.keys.file] = stamp_of(each.keys.file);
      if (auto read = read_key_file(each.keys.file)) {
        keys[each.keys] = std::make_shared<const key_set>(std::move(*read));
      } else {
        found.all.push_back({each.keys.file.string(), "", read.error().detail});
      }
    }
    stamps_ = std::move(stamps);
    if (!found.all.empty()) return found;
    keys_ = std::move(keys);
    made.file = std::move(*file);
    return {};
  }

  /// The old rules with the tokens of now: a revocation does not wait until another file is mended. Whether they are
  /// others than before.
  bool take_tokens_alone() {
    const auto old = snapshot_.load();
    if (!old || !old->file.tokens) return false;
    auto tokens = read_token_file(*old->file.tokens);
    if (!tokens) return false;
    std::unordered_map<std::string, api_token> by_id;
    for (api_token& each : *tokens) by_id.emplace(each.id, std::move(each));
    if (by_id == old->tokens) return false;
    auto made = std::make_shared<snapshot>(*old);
    made->tokens = std::move(by_id);
    publish(std::move(made));
    return true;
  }

  static result<key_set> read_key_file(const std::filesystem::path& path) {
    const auto text = read_whole_file(path);
    if (!text) return text.error();
    auto read = key_set::read(*text, true);
    if (read && read->holds_a_secret() && others_may_read(path)) {
      return error{errc::invalid, "holds a secret, and everybody may read it: chmod o-r"};
    }
    return read;
  }

  /// A fetcher for each URL of the file. Returns those that nobody needs any more.
  fetcher_map choose_fetchers(const access_file& file) {
    fetcher_map needed;
    const std::lock_guard lock(fetchers_mutex_);
    for (const issuer_settings& each : file.issuers) {
      if (each.keys.url.empty() || needed.contains(each.keys)) continue;
      if (auto old = fetchers_.extract(each.keys)) {
        needed.insert(std::move(old));
      } else {
        needed.emplace(each.keys, start_fetching(each.keys));
      }
    }
    std::swap(fetchers_, needed);
    return needed;
  }

  fetching start_fetching(const key_source& from) {
    fetching made;
    made.download = std::make_unique<key_download>(from);
    key_download* download = made.download.get();
    made.fetcher = std::make_unique<key_fetcher>(
        key_fetcher::dependencies{[download] { return download->fetch(); }, [download] { download->cancel(); },
                                  [this, from](result<std::string> document) { return take_keys(from, document); }},
        key_fetcher::pace{from.refresh, options_.key_cool_down});
    return made;
  }

  /// On the thread of a fetcher. Whether the document was right.
  bool take_keys(const key_source& from, const result<std::string>& document) {
    auto read = document ? key_set::read(*document, false) : result<key_set>(document.error());
    std::optional<notice> said;
    bool is_new = false;
    {
      const std::lock_guard lock(rebuild_);
      const std::lock_guard also(fetchers_mutex_);
      const auto of = fetchers_.find(from);
      if (of == fetchers_.end()) return true;  // nobody needs it any more
      if (!read) {
        if (!of->second.failed) said = notice{true, failure_of(from, document, read.error())};
        of->second.failed = true;
      } else {
        const std::string digest = sha256(*document);
        is_new = of->second.digest != digest;
        if (is_new) {
          of->second.digest = digest;
          said = notice{false, std::to_string(read->size()) + " keys were fetched from " + from.url};
          renew_keys(from, std::make_shared<const key_set>(std::move(*read)));
        } else if (of->second.failed) {
          said = notice{false, "the keys of " + from.url + " can be fetched again"};
        }
        of->second.failed = false;
      }
    }
    if (said) say(*said);
    if (is_new) options_.changed();
    return read.has_value();
  }

  static std::string failure_of(const key_source& from, const result<std::string>& document, const error& why) {
    return (document ? "the keys of " + from.url + " are not taken: the document " + why.detail : why.detail) +
           "; the old keys stay";
  }

  /// The same snapshot with other keys.
  void renew_keys(const key_source& from, std::shared_ptr<const key_set> keys) {
    keys_[from] = keys;
    auto made = std::make_shared<snapshot>(*snapshot_.load());
    for (issuer& each : made->issuers) {
      if (each.settings->keys == from) each.keys = keys;
    }
    publish(std::move(made));
  }

  void publish(std::shared_ptr<snapshot> made) {
    made->generation = generation_.load(std::memory_order_relaxed) + 1;
    const auto generation = made->generation;
    snapshot_.store(std::move(made));
    // After the snapshot: who sees this number finds the snapshot there.
    generation_.store(generation, std::memory_order_release);
  }

  // Watching files.

  void run_watcher() {
    std::unique_lock lock(watch_mutex_);
    while (!stop_.wait_for(lock, options_.watch_interval, [this] { return stopping_; })) {
      lock.unlock();
      if (files_changed()) {
        const auto read = reload();
        say(read
                ? notice{false, "the access file was read again: " + path_.string()}
                : notice{true,
                         "the access file was not read again, the old rules stay, but new and revoked tokens count:\n" +
                             read.error().text()});
      }
      lock.lock();
    }
  }

  bool files_changed() {
    const std::lock_guard lock(rebuild_);
    return std::any_of(stamps_.begin(), stamps_.end(),
                       [](const auto& each) { return stamp_of(each.first) != each.second; });
  }

  void say(const notice& what) {
    const std::lock_guard lock(tell_mutex_);
    options_.tell(what);
  }

  const std::filesystem::path path_;
  const authenticator_options options_;
  session_cache cache_;

  published snapshot_;
  std::atomic<std::uint64_t> generation_{0};

  // Locks are taken in this order.
  std::mutex rebuild_;  ///< whoever makes a snapshot
  std::map<std::filesystem::path, file_stamp> stamps_;
  std::map<key_source, std::shared_ptr<const key_set>> keys_;
  std::mutex fetchers_mutex_;
  fetcher_map fetchers_;

  std::mutex tell_mutex_;
  std::mutex watch_mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread watcher_;
};

authenticator::authenticator(std::unique_ptr<implementation> made) : implementation_(std::move(made)) {}
authenticator::~authenticator() = default;

outcome<std::unique_ptr<authenticator>> authenticator::open(const std::filesystem::path& access_file,
                                                            authenticator_options options) {
  auto made = std::make_unique<implementation>(access_file, std::move(options));
  if (const auto read = made->reload(); !read) return read.error();
  made->watch();
  return std::unique_ptr<authenticator>(new authenticator(std::move(made)));
}

authenticator::answer authenticator::authenticate(std::string_view token, timestamp now) {
  return implementation_->authenticate(token, now);
}

authenticator::answer authenticator::authenticate(const net::peer_certificate& certificate, timestamp now) {
  return implementation_->authenticate(certificate, now);
}

authenticator::standing authenticator::check(session& kept, timestamp now) const {
  return implementation_->check(kept, now);
}

outcome<void> authenticator::reload() { return implementation_->reload(); }

std::uint64_t authenticator::generation() const { return implementation_->generation(); }

}  // namespace weir::auth
