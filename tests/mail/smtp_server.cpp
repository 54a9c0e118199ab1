#include "mail/smtp_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace dwarpal::test {

namespace {

void require(bool succeeded, const char* what) {
  if (!succeeded) throw std::runtime_error(what);
}

struct Pipe {
  Pipe() { require(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2"); }

  std::array<int, 2> ends{};
};

pid_t start(std::vector<std::string> arguments, const posix_spawn_file_actions_t* actions) {
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t process = 0;
  require(posix_spawn(&process, pointers.front(), actions, nullptr, pointers.data(), environ) == 0, "posix_spawn");
  return process;
}

}  // namespace

Certificate make_certificate(const std::filesystem::path& directory, const std::string& name) {
  const Certificate files{.certificate = directory / (name + ".crt"), .key = directory / (name + ".key")};
  // It draws its progress on stderr.
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const pid_t openssl = start({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                               "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                               "subjectAltName=DNS:" + name, "-keyout", files.key, "-out", files.certificate},
                              &actions);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  require(waitpid(openssl, &status, 0) == openssl && status == 0, "openssl req");
  return files;
}

ReservedPort::ReservedPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  require(socket_ >= 0, "socket");
  // Lets a server bind it too: as long as this one does not listen, they do not collide.
  const int yes = 1;
  require(setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0, "setsockopt");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any_address = reinterpret_cast<sockaddr*>(&address);
  require(bind(socket_, any_address, size) == 0, "bind");
  require(getsockname(socket_, any_address, &size) == 0, "getsockname");
  number_ = ntohs(address.sin_port);
}

ReservedPort::~ReservedPort() { close(socket_); }

void ReservedPort::listen() const { require(::listen(socket_, 8) == 0, "listen"); }

void ReservedPort::wait_for_client() const {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  require(poll(&waiting, 1, -1) == 1, "poll");
}

SmtpServer::SmtpServer(const std::filesystem::path& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"/usr/bin/python3", DWARPAL_SMTP_SERVER, directory});
  const Pipe input;
  const Pipe output;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDOUT_FILENO);
  process_ = start(std::move(arguments), &actions);
  posix_spawn_file_actions_destroy(&actions);
  close(input.ends[0]);
  close(output.ends[1]);
  input_ = input.ends[1];

  std::string line;
  for (char letter = 0; read(output.ends[0], &letter, 1) == 1 && letter != '\n';) line += letter;
  close(output.ends[0]);
  require(!line.empty(), "the mail server did not start");
  port_ = static_cast<std::uint16_t>(std::stoi(line));
}

SmtpServer::~SmtpServer() {
  close(input_);
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

std::vector<boost::json::value> mails_in(const std::filesystem::path& directory) {
  std::vector<boost::json::value> mails;
  for (int number = 1;; ++number) {
    std::ifstream file(directory / (std::to_string(number) + ".json"));
    if (!file) return mails;
    mails.push_back(boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {})));
  }
}

}  // namespace dwarpal::test
