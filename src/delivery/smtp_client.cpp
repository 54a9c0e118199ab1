#include "delivery/smtp_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <regex>

namespace dwarpal::delivery {

namespace {

struct FreeCurl {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
  void operator()(char* text) const noexcept { curl_free(text); }
  void operator()(curl_mime* mime) const noexcept { curl_mime_free(mime); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
template <typename T>
using CurlHandle = std::unique_ptr<T, FreeCurl>;

std::unexpected<Error> bad_setting(std::string_view name, std::string_view problem) {
  return fail(ErrorCode::InvalidSetting, fmt::format("smtp.{} {}", name, problem));
}

/// For what fails only for want of memory.
std::unexpected<Error> curl_failure() { return fail(ErrorCode::Unavailable, "libcurl could not prepare the mail"); }

Result<std::string> url_of(const SmtpSettings& settings) {
  // An IPv6 address stands in brackets in a URL.
  const std::string host = settings.host.contains(':') ? '[' + settings.host + ']' : settings.host;
  const char* scheme = settings.security == SmtpSettings::Security::Tls ? "smtps" : "smtp";
  const CurlHandle<CURLU> url(curl_url());
  char* text = nullptr;
  if (!url || curl_url_set(url.get(), CURLUPART_SCHEME, scheme, 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_HOST, host.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_PORT, std::to_string(settings.port).c_str(), 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) {
    return bad_setting("host", "is neither a host name nor an IP address");
  }
  const CurlHandle<char> owned(text);
  return std::string(text);
}

/// Keeps the server's last refusal, of which only the codes go any further.
std::size_t keep_refusal(char* line, std::size_t size, std::size_t count, void* refusal) noexcept {
  const std::string_view reply(line, size * count);
  if (reply.starts_with('4') || reply.starts_with('5')) static_cast<std::string*>(refusal)->assign(reply);
  return size * count;
}

/// `550 5.1.1 <someone@…> is unknown` → ` 5.1.1` (RFC 3463); empty if there is none.
std::string enhanced_code(const std::string& refusal) {
  static const std::regex pattern(R"(^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?:\s|$))");
  std::smatch match;
  return std::regex_search(refusal, match, pattern) ? ' ' + match[1].str() : std::string();
}

int ask_whether_to_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

/// With the line ends that mails have, which the quoted-printable encoder then leaves alone.
Secret with_crlf(const Secret& body) {
  const std::string_view text = body.expose();
  std::string lines;
  // At once: a string that grows leaves copies behind.
  lines.reserve(text.size() + static_cast<std::size_t>(std::ranges::count(text, '\n')));
  for (const char letter : text) {
    if (letter == '\n' && !lines.ends_with('\r')) lines += '\r';
    lines += letter;
  }
  return Secret(std::move(lines));
}

bool add_part(curl_mime* mime, const Secret& body, const char* type) {
  curl_mimepart* part = curl_mime_addpart(mime);
  const Secret lines = with_crlf(body);
  return part != nullptr && curl_mime_data(part, lines.expose().data(), lines.size()) == CURLE_OK &&
         curl_mime_type(part, type) == CURLE_OK && curl_mime_encoder(part, "quoted-printable") == CURLE_OK;
}

CurlHandle<curl_slist> list_of(const std::vector<std::string>& texts) {
  curl_slist* list = nullptr;
  for (const std::string& text : texts) {
    curl_slist* longer = curl_slist_append(list, text.c_str());
    if (longer == nullptr) {
      curl_slist_free_all(list);
      return nullptr;
    }
    list = longer;
  }
  return CurlHandle<curl_slist>(list);
}

/// One connection, one mail.
class Transfer {
 public:
  Transfer() : handle_(curl_easy_init()), succeeded_(handle_ != nullptr) {}

  template <typename Value>
  void set(CURLoption option, Value value) {
    succeeded_ = succeeded_ && curl_easy_setopt(handle_.get(), option, value) == CURLE_OK;
  }

  void connect_to(const std::string& url, const SmtpSettings& settings) {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");  // else libcurl would ask the environment for one
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
    if (settings.security == SmtpSettings::Security::None) return;
    set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!settings.ca_file.empty()) {
      set(CURLOPT_CAINFO, settings.ca_file.c_str());
      set(CURLOPT_CAPATH, nullptr);
    }
    if (!settings.username.empty()) {
      set(CURLOPT_USERNAME, settings.username.c_str());
      set(CURLOPT_PASSWORD, settings.password.expose().data());  // a Secret ends with a NUL, as every std::string
    }
  }

  void carry(const OutgoingMail& mail, const std::string& from, std::vector<std::string> headers) {
    headers.emplace_back("Content-Type: multipart/alternative");  // libcurl adds the boundary
    headers_ = list_of(headers);
    recipients_ = list_of({mail.to});
    body_.reset(curl_mime_init(handle_.get()));
    succeeded_ = succeeded_ && headers_ && recipients_ && body_ &&
                 add_part(body_.get(), mail.text, "text/plain; charset=utf-8") &&
                 add_part(body_.get(), mail.html, "text/html; charset=utf-8");
    set(CURLOPT_MAIL_FROM, from.c_str());
    set(CURLOPT_MAIL_RCPT, recipients_.get());
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_MIMEPOST, body_.get());
  }

  Result<> run(const std::stop_token& stop) {
    std::string refusal;
    std::array<char, CURL_ERROR_SIZE> reason{};
    set(CURLOPT_HEADERFUNCTION, &keep_refusal);
    set(CURLOPT_HEADERDATA, &refusal);
    set(CURLOPT_ERRORBUFFER, reason.data());
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &ask_whether_to_stop);
    set(CURLOPT_XFERINFODATA, static_cast<const void*>(&stop));
    if (!succeeded_) return curl_failure();
    const CURLcode outcome = curl_easy_perform(handle_.get());
    if (outcome == CURLE_OK) return {};

    const std::string problem = reason.front() != '\0' ? reason.data() : curl_easy_strerror(outcome);
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status < 400) return fail(ErrorCode::Unavailable, problem);
    const bool is_final = status >= 500 && concerns_this_mail(outcome, status);
    return fail(is_final ? ErrorCode::InvalidInput : ErrorCode::Unavailable,
                fmt::format("the mail server answered {}{} ({})", status, enhanced_code(refusal), problem));
  }

 private:
  /// Whether an answer was to the envelope or the content. One to the greeting, to TLS or to the login
  /// concerns the operator's settings, and all mails alike: giving those up would lose them for a typing error.
  [[nodiscard]] bool concerns_this_mail(CURLcode outcome, long status) const {
    static constexpr long kLoginRequired = 530;  // RFC 4954 §6, RFC 3207 §4
    curl_off_t uploaded = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
    return uploaded > 0 || (outcome == CURLE_SEND_ERROR && status != kLoginRequired);
  }

  // The handle comes last, so that it ends first: it uses the others.
  CurlHandle<curl_slist> headers_;
  CurlHandle<curl_slist> recipients_;
  CurlHandle<curl_mime> body_;
  CurlHandle<CURL> handle_;
  bool succeeded_;
};

}  // namespace

Result<> SmtpClient::check(const SmtpSettings& settings) {
  TRY(url_of(settings));
  if (!is_mail_address(settings.from)) return bad_setting("from", "is not a mail address");
  if (!is_one_line(settings.from_name)) return bad_setting("from_name", "is not one line of UTF-8");
  if (settings.username.empty() != settings.password.empty()) {
    return bad_setting("username", "and smtp.password go together: set both or none");
  }
  if (!settings.username.empty() && settings.security == SmtpSettings::Security::None) {
    return bad_setting("password", "would be sent in clear text: a login needs smtp.security starttls or tls");
  }
  return {};
}

Result<SmtpClient> SmtpClient::create(SmtpSettings settings) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) return fail(ErrorCode::Internal, "libcurl cannot be used");
  TRY(check(settings));
  auto url = TRY(url_of(settings));
  return SmtpClient(std::move(settings), std::move(url));
}

Result<> SmtpClient::send(const OutgoingMail& mail, const std::stop_token& stop) const {
  std::vector<std::string> headers = TRY(header_lines(mail, {.address = settings_.from, .name = settings_.from_name}));
  Transfer transfer;
  transfer.connect_to(url_, settings_);
  transfer.carry(mail, settings_.from, std::move(headers));
  return transfer.run(stop);
}

}  // namespace dwarpal::delivery
