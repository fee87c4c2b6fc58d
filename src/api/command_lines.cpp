#include "api/command_lines.hpp"

#include <deque>
#include <exception>

#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/this_coro.hpp>

#include "api/command_answers.hpp"
#include "api/command_headers.hpp"
#include "api/engine_problems.hpp"
#include "base/line_splitter.hpp"
#include "http/representation.hpp"
#include "net/wake_up.hpp"

namespace weir::api {
namespace {

/// What an answer has in memory, if it is none of the long ones.
constexpr std::size_t answer_bytes = 256;

/// What is written at once.
constexpr std::size_t written_bytes = 64u << 10;

problem line_too_long(std::size_t bytes_max) {
  return make_problem(problem_kind::content_too_large,
                      "A line may have at most " + std::to_string(bytes_max) + " bytes.")
      .with("limitBytes", bytes_max);
}

/// One request: this coroutine reads lines and hands them to the engine; another one writes their results.
class conversation {
 public:
  conversation(exchange& x, engine& by, const command_reader& reader, std::size_t line_bytes_max, executor on)
      : x_(x),
        engine_(by),
        reader_(reader),
        line_bytes_max_(line_bytes_max),
        lines_(line_bytes_max),
        executor_(on),
        reader_wake_(on),
        writer_wake_(on),
        key_(read_key(x.request())),
        from_(origin_of(x)),
        want_events_(wants_events(x.request())) {
    refuse_conditions(x.request());
  }

  task<> run() {
    // Before the head of the answer: a client that waits to be asked for its body cannot be asked after it.
    std::optional<std::string_view> piece = co_await x_.piece();
    response head = ok(media_type_of(representation::ndjson), {});
    if (want_events_) head.set("Preference-Applied", "return=representation");
    head.set("Vary", "Accept");
    co_await x_.begin(std::move(head));

    x_.on_interrupt([this] {
      if (x_.stopping() || x_.why_not_any_more()) x_.stop_reading();
    });
    boost::asio::co_spawn(executor_, write_all(), [this](std::exception_ptr end) {
      writer_end_ = std::move(end);
      writer_done_ = true;
      x_.stop_reading();
      reader_wake_.notify();
    });
    std::exception_ptr fault;
    try {
      co_await read_all(piece);
    } catch (const problem_raised& raised) {
      broken_by_ = raised.what;
    } catch (const connection_lost&) {
      broken_by_ = make_problem(problem_kind::malformed_request, "The body is incomplete.");
    } catch (...) {
      fault = std::current_exception();
    }
    all_read_ = true;
    writer_wake_.notify();
    // The engine has pointers to the window, and the writer to all of this.
    while (!writer_done_ || with_engine_ > 0) co_await reader_wake_.wait();
    if (x_.is_audited())
      x_.about(std::to_string(done_) + " commands done, " + std::to_string(not_done_) + " refused, " +
               std::to_string(forbidden_) + " forbidden");
    if (fault) std::rethrow_exception(fault);
    if (writer_end_) std::rethrow_exception(writer_end_);
    if (!broken_by_) co_await x_.finish();
  }

 private:
  /// A line whose answer has not been written.
  struct waiting {
    std::size_t number = 0, bytes = 0;   ///< bytes: what it has in memory
    const command_type* type = nullptr;  ///< null: it was no command
    std::string stream;
    std::optional<outcome> came_to;
    std::string text;  ///< the answer, where it is known without the engine
    [[nodiscard]] bool done() const { return !type || came_to; }
  };

  task<> read_all(std::optional<std::string_view> piece) {
    while (piece) {
      while (const auto line = lines_.next(*piece)) {
        co_await take(*line);
        if (ends_early()) co_return;
      }
      while (!writer_done_ && !holds(0)) {
        if (window_.empty() && writing_bytes_ == 0) throw problem_raised{no_memory()};
        co_await reader_wake_.wait();
      }
      x_.allow_more_time();
      piece = co_await next_piece();
      if (ends_early()) co_return;
    }
    if (const auto line = lines_.last()) co_await take(*line);
  }

  /// Ended by a stop of the server: no answer to the client's being slow.
  task<std::optional<std::string_view>> next_piece() {
    try {
      co_return co_await x_.piece();
    } catch (const problem_raised&) {
      if (!x_.stopping() && !writer_done_ && !x_.why_not_any_more()) throw;
    }
    co_return std::nullopt;
  }

  /// Whether no further line is to be taken: the last one in the answer will say why.
  bool ends_early() {
    if (writer_done_ || broken_by_) return true;
    if ((broken_by_ = x_.why_not_any_more())) return true;
    if (!x_.stopping()) return false;
    broken_by_ = make_unavailable(problem_kind::unavailable,
                                  "The server is stopping. This line and those after it were not carried out.");
    return true;
  }

  task<> take(line_splitter::line line) {
    if (!line.too_long && line.text.find_first_not_of(" \t\r") == line.text.npos) co_return;
    while (!writer_done_ && !(has_room_for(line.text.size()) && holds(line.text.size()))) {
      if (window_.empty() && writing_bytes_ == 0) {
        broken_at_ = line.number;
        throw problem_raised{no_memory()};
      }
      co_await reader_wake_.wait();
    }
    if (writer_done_) co_return;
    waiting& mine = window_.emplace_back();
    mine.number = line.number;
    add_bytes(mine, line.text.size() + answer_bytes);
    try {
      if (line.too_long) throw problem_raised{line_too_long(line_bytes_max_)};
      submission work = submission_of(line, mine);
      co_await hand_over(std::move(work), mine);
    } catch (problem_raised& raised) {
      ++(raised.what.status == 403 ? forbidden_ : not_done_);
      mine.text = line_of(std::move(raised.what), line.number);
      add_bytes(mine, mine.text.size());
      writer_wake_.notify();
    }
  }

  [[nodiscard]] bool has_room_for(std::size_t bytes) const {
    return window_.empty() ||
           (window_.size() < limits::lines_in_flight_max && bytes_ + bytes <= limits::line_bytes_in_flight_max);
  }

  /// Whether there is memory for a line of so many bytes beside what is held; then it is held.
  [[nodiscard]] bool holds(std::size_t bytes) { return x_.memory().try_hold(held_bytes() + bytes); }
  [[nodiscard]] std::size_t held_bytes() const { return bytes_ + lines_.held_bytes() + writing_bytes_; }
  void add_bytes(waiting& to, std::size_t bytes) {
    to.bytes += bytes;
    bytes_ += bytes;
  }

  static problem no_memory() { return bodies_have_all_memory("This line and those after it were not carried out."); }

  [[nodiscard]] submission submission_of(const line_splitter::line& line, waiting& mine) const {
    const command_reader::incoming command = reader_.read_json(line.text);
    const auto& [type, of, where] = *command.what;
    if (!x_.permissions().may_command(of->name, type->name)) {
      throw problem_raised{make_forbidden(auth::requirement::command(of->name, type->name).text())};
    }
    auto prepared = engine_.prepare(*command.what->type, command.compact);
    if (prepared.has_error()) throw problem_raised{weir::explain(std::vector{explain_unnamable("")})};
    submission work;
    work.by = x_.caller();
    work.from = from_;
    work.want_events = want_events_;
    // No key that a client can send has a line break.
    if (key_) work.idempotency_key = *key_ + "\n" + std::to_string(line.number);
    mine.type = command.what->type;
    mine.stream = prepared->stream;
    work.commands.push_back(std::move(*prepared));
    return work;
  }

  task<> hand_over(submission work, waiting& mine) {
    boost::asio::any_completion_handler<void(outcome)> done =
        boost::asio::bind_executor(executor_, [this, &mine](outcome came_to) { arrived(mine, std::move(came_to)); });
    ++with_engine_;
    while (!engine_.offer(work, done)) {
      auto waiting_for_room = boost::asio::async_initiate<const boost::asio::deferred_t&, void()>(
          [by = &engine_](auto&& ready) { by->await_room(std::forward<decltype(ready)>(ready)); },
          boost::asio::deferred);
      co_await std::move(waiting_for_room);
    }
  }

  void arrived(waiting& mine, outcome came_to) {
    mine.came_to = std::move(came_to);
    ++(std::holds_alternative<acceptance>(*mine.came_to) ? done_ : not_done_);
    --with_engine_;
    writer_wake_.notify();
    if (all_read_) reader_wake_.notify();
  }

  /// Ends with all answers written; throws connection_lost.
  task<> write_all() {
    std::string text;
    while (true) {
      text.clear();
      while (!window_.empty() && window_.front().done() && text.size() < written_bytes) {
        append_answer(text, window_.front());
        bytes_ -= window_.front().bytes;
        window_.pop_front();
      }
      if (!text.empty()) {
        writing_bytes_ = text.capacity();
        x_.memory().hold(held_bytes());
        reader_wake_.notify();
        co_await x_.write(text);
        if (window_.empty()) text = {};  // it may be long until there is more
        writing_bytes_ = 0;
        x_.memory().hold(held_bytes());
        reader_wake_.notify();
        if (x_.stopping()) x_.stop_reading();
      } else if (all_read_ && window_.empty()) {
        break;
      } else {
        co_await writer_wake_.wait();
      }
    }
    if (broken_by_) co_await x_.write(line_of(*broken_by_, broken_at_.value_or(lines_.number())));
  }

  void append_answer(std::string& text, const waiting& of) {
    if (!of.type) {
      text += of.text;
    } else if (const auto* accepted = std::get_if<acceptance>(&*of.came_to)) {
      append_result(text, *accepted, of.number);
    } else {
      text += line_of(explain(of), of.number);
    }
  }

  [[nodiscard]] problem explain(const waiting& of) {
    const bool gone = std::holds_alternative<unavailable>(*of.came_to);
    if (!gone || all_read_) return explain_failure(x_, *of.came_to, of.type->name, of.stream);
    if (broken_by_) return problem_of(*of.came_to, {of.type->name, of.stream, x_.trace().trace_id});  // the log has it
    // It will be so for every further line.
    broken_by_ = make_unavailable(problem_kind::unavailable, "The lines from here on were not carried out.");
    x_.stop_reading();
    return explain_failure(x_, *of.came_to, of.type->name, of.stream);
  }

  void append_result(std::string& text, const acceptance& accepted, std::size_t number) {
    const std::size_t begin = text.size();
    begin_result(text, accepted.results.front());
    if (accepted.replayed) text += ",\"replayed\":true";
    if (want_events_) {
      if (const auto written = append_events(text, accepted.events, engine_.domains()); !written) {
        text.resize(begin);
        text += line_of(explain_read(x_, written.error()), number);
        return;
      }
    }
    text += "}\n";
  }

  /// The line of the body, where a problem has a `line` of its own.
  [[nodiscard]] std::string line_of(problem what, std::size_t number) {
    what.extras["line"] = number;
    return to_json(what, x_.instance()) + '\n';
  }

  exchange& x_;
  engine& engine_;
  const command_reader& reader_;
  const std::size_t line_bytes_max_;
  line_splitter lines_;
  const executor executor_;
  net::wake_up reader_wake_, writer_wake_;
  const std::optional<std::string> key_;
  const origin from_;
  const bool want_events_;

  std::deque<waiting> window_;     ///< in the order of the lines
  std::size_t bytes_ = 0;          ///< of all lines of the window, and their answers
  std::size_t writing_bytes_ = 0;  ///< of the text that is being written
  std::size_t with_engine_ = 0;
  std::size_t done_ = 0, not_done_ = 0, forbidden_ = 0;  ///< lines
  bool all_read_ = false, writer_done_ = false;
  std::exception_ptr writer_end_;
  std::optional<problem> broken_by_;      ///< why lines are missing in the answer
  std::optional<std::size_t> broken_at_;  ///< the first of them, if that is not the one in progress
};

}  // namespace

task<> carry_out_lines(exchange& x, engine& by, const command_reader& reader, std::size_t line_bytes_max) {
  const executor on = co_await boost::asio::this_coro::executor;
  conversation with(x, by, reader, line_bytes_max, on);
  co_await with.run();
}

}  // namespace weir::api
