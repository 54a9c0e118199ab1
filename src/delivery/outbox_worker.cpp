#include "delivery/outbox_worker.hpp"

#include "core/mail/retry_schedule.hpp"

namespace dwarpal::delivery {

namespace {

/// All of an address that a log may have.
std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

/// The waiting mail of that id.
Result<std::optional<core::Mail>> find_waiting(core::Transaction& transaction, const std::string& id) {
  std::optional<core::Mail> mail = TRY(transaction.outbox().find(id));
  if (mail && mail->state != core::MailState::Waiting) mail.reset();
  return mail;
}

}  // namespace

Result<> erase_ended_links(core::Store& store, const core::DecisionClock& clock) {
  const Instant now = TRY(clock.now());
  TRY(store.write([&](core::Transaction& transaction) { return transaction.outbox().erase_ended_links(now); }));
  return {};
}

Result<std::size_t> OutboxWorker::deliver_due(const std::stop_token& stop) {
  TRY(erase_ended_links(store_, clock_));
  const Instant now = TRY(clock_.now());
  const std::vector<core::Mail> due =
      TRY(store_.read([&](core::Transaction& transaction) { return transaction.outbox().due(now, kMailsAPass); }));
  std::size_t delivered = 0;
  for (const core::Mail& mail : due) {
    if (stop.stop_requested()) break;
    std::optional<core::Mail> begun = TRY(begin_attempt(mail.id));
    if (!begun) continue;
    const Result<> sent = send(*std::move(begun), stop);
    if (sent) {
      TRY(record_delivery(mail.id));
      ++delivered;
    } else if (!stop.stop_requested()) {  // who was interrupted has not failed
      TRY(record_failure(mail.id, sent.error()));
    }
  }
  return delivered;
}

Result<std::optional<core::Mail>> OutboxWorker::begin_attempt(const std::string& id) {
  const Instant now = TRY(clock_.now());
  return store_.write([&](core::Transaction& transaction) -> Result<std::optional<core::Mail>> {
    // Its link may have ended while the mails before it were sent.
    TRY(transaction.outbox().erase_ended_links(now));
    std::optional<core::Mail> mail = TRY(find_waiting(transaction, id));
    if (!mail) return mail;
    ++mail->attempts;
    // The last attempt gets a delay too: it counts only if the process dies in the middle of it.
    mail->next_attempt_at = now + core::delay_after_attempt(mail->attempts).value_or(std::chrono::hours(8));
    TRY(transaction.outbox().update(*mail));
    return mail;
  });
}

Result<> OutboxWorker::send(core::Mail mail, const std::stop_token& stop) {
  core::ReadableMail readable = TRY(mailer_.open(std::move(mail)));
  return smtp_.send({.id = std::move(readable.mail.id),
                     .to = std::move(readable.mail.to),
                     .subject = std::move(readable.mail.subject),
                     .date = readable.mail.created_at,
                     .text = std::move(readable.text),
                     .html = std::move(readable.html)},
                    stop);
}

Result<> OutboxWorker::record_delivery(const std::string& id) {
  const auto delivered = TRY(store_.write([&](core::Transaction& transaction) -> Result<std::optional<core::Mail>> {
    // Also one that was withdrawn meanwhile: it is with its recipient now.
    std::optional<core::Mail> mail = TRY(transaction.outbox().find(id));
    if (!mail) return mail;
    mail->state = core::MailState::Delivered;
    mail->delivered_at = clock_.machine_time();
    mail->last_error.clear();
    mail->link.reset();
    TRY(transaction.outbox().update(*mail));
    return mail;
  }));
  if (delivered) log_.info("mail delivered", {{"mail", id}, {"kind", delivered->kind}});
  return {};
}

Result<> OutboxWorker::record_failure(const std::string& id, const Error& error) {
  const auto failed = TRY(store_.write([&](core::Transaction& transaction) -> Result<std::optional<core::Mail>> {
    std::optional<core::Mail> mail = TRY(find_waiting(transaction, id));
    if (!mail) return mail;
    const bool may_succeed_later = error.code == ErrorCode::Unavailable;
    if (!may_succeed_later || !core::delay_after_attempt(mail->attempts)) mail->state = core::MailState::GivenUp;
    mail->last_error = error.message;
    TRY(transaction.outbox().update(*mail));
    return mail;
  }));
  if (!failed) return {};
  log_.warning(failed->state == core::MailState::GivenUp ? "mail given up" : "mail not delivered yet",
               {{"mail", id},
                {"kind", failed->kind},
                {"domain", domain_of(failed->to)},
                {"attempts", std::int64_t{failed->attempts}},
                {"reason", error.message}});
  return {};
}

}  // namespace dwarpal::delivery
