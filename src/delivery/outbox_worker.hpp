// Delivers what waits in the outbox.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "core/decision_clock.hpp"
#include "core/mail/mailer.hpp"
#include "core/mail/outbox.hpp"
#include "core/store.hpp"
#include "delivery/smtp_client.hpp"

namespace dwarpal::delivery {

/// For one thread, which calls it every few seconds.
///
/// No mail is sent unless the attempt was committed before: a process that dies in the middle, or a store
/// that can no longer be written, repeats a mail after the delay of its next attempt at the earliest, and
/// never again and again. A crash between the server's answer and the commit that follows it sends the mail
/// twice, under one Message-ID. The store is not held while the mail server is spoken to.
class OutboxWorker {
 public:
  OutboxWorker(core::Store& store, const core::Mailer& mailer, const SmtpClient& smtp, const core::DecisionClock& clock,
               Log& log)
      : store_(store), mailer_(mailer), smtp_(smtp), clock_(clock), log_(log) {}

  /// One pass: erases ended links, then sends the mails that are due, at most kMailsAPass of them. Returns how
  /// many the server took. What the server does with a mail is no error of the pass: it stands on the mail and in the
  /// log. A request to stop ends the pass within about a second.
  [[nodiscard]] Result<std::size_t> deliver_due(const std::stop_token& stop = {});

  static constexpr std::size_t kMailsAPass = 32;

 private:
  /// Counts the attempt; none if by now there is nothing to send.
  Result<std::optional<core::Mail>> begin_attempt(const std::string& id);
  Result<> send(core::Mail mail, const std::stop_token& stop);
  Result<> record_delivery(const std::string& id);
  Result<> record_failure(const std::string& id, const Error& error);

  core::Store& store_;
  const core::Mailer& mailer_;
  const SmtpClient& smtp_;
  const core::DecisionClock& clock_;
  Log& log_;
};

/// Erases the links that ended from the mails that carry them; mails that still wait with such a link are
/// withdrawn. To be called every few seconds where no mails are sent; a pass of the worker does it too.
[[nodiscard]] Result<> erase_ended_links(core::Store& store, const core::DecisionClock& clock);

}  // namespace dwarpal::delivery
