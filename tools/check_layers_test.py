#!/usr/bin/python3
"""Proves that check_layers finds each kind of violation, and says nothing where there is none."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().parent / "check_layers"


def check(files):
    """Exit code and printed lines for a tree that holds `files`: path under src/ to content."""
    with tempfile.TemporaryDirectory() as root:
        for path, content in files.items():
            file = Path(root, "src", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        done = subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


class CheckLayers(unittest.TestCase):
    def assert_refused(self, path, content, line, word):
        code, printed = check({path: content})
        self.assertEqual(code, 1, f"{path} with {content!r} was let through")
        self.assertEqual(len(printed), 1, printed)
        self.assertTrue(printed[0].startswith(f"src/{path}:{line}: "), printed)
        self.assertIn(word, printed[0])

    def assert_accepted(self, path, content):
        code, printed = check({path: content})
        self.assertEqual((code, len(printed)), (0, 1), printed)

    def test_refuses_each_include_that_the_table_does_not_name(self):
        allowed = {
            "base": {"base"},
            "crypto": {"base", "crypto"},
            "core": {"base", "crypto", "core"},
            "storage": {"base", "crypto", "core", "storage"},
            "delivery": {"base", "crypto", "core", "delivery"},
            "http": {"base", "crypto", "core", "http"},
            "app": {"base", "crypto", "core", "storage", "delivery", "http", "app"},
            "cli": {"base", "crypto", "core", "delivery", "app", "cli"},
        }
        for layer, targets in allowed.items():
            for target in allowed:
                with self.subTest(layer=layer, target=target):
                    content = f'#pragma once\n\n#include "{target}/x.hpp"\n'
                    if target in targets:
                        self.assert_accepted(f"{layer}/a.hpp", content)
                    else:
                        self.assert_refused(f"{layer}/a.hpp", content, 3, f"{target}/")

    def test_refuses_a_folder_that_has_no_layer(self):
        self.assert_refused("utils/a.cpp", "", 1, "does not know")

    def test_refuses_includes_that_are_not_written_from_src_on(self):
        for header in ("clock.hpp", "../base/clock.hpp", "support/network.hpp"):
            with self.subTest(header=header):
                self.assert_refused("base/a.cpp", f'#include "{header}"\n', 1, header)

    def test_lets_unit_tests_include_anything(self):
        content = '#include <thread>\n#include "storage/sqlite/a.hpp"\n'
        tests = {"core/a_test.cpp": content, "core/a_fixture.hpp": content, "core/a.cpp": ""}
        self.assertEqual(check(tests)[0], 0)

    def test_keeps_libraries_where_they_belong(self):
        cases = [
            ("boost/asio/io_context.hpp", "http/server/a.cpp", "http/api/a.cpp"),
            ("boost/beast.hpp", "http/server/a.hpp", "core/a.cpp"),
            ("SQLiteCpp/Database.h", "storage/sqlite/a.cpp", "core/entity/a.cpp"),
            ("sqlite3.h", "storage/sqlite/a.cpp", "app/a.cpp"),
            ("libpq-fe.h", "storage/postgres/a.cpp", "core/a.cpp"),
            ("curl/curl.h", "delivery/a.cpp", "cli/a.cpp"),
            ("spdlog/spdlog.h", "base/log.cpp", "base/log.hpp"),
        ]
        for header, home, elsewhere in cases:
            with self.subTest(header=header):
                content = f"#  include <{header}>\n"
                self.assert_accepted(home, content)
                self.assert_refused(elsewhere, content, 1, header)

    def test_keeps_threads_out_of_core_but_not_locks(self):
        for header in ("thread", "future", "condition_variable"):
            with self.subTest(header=header):
                self.assert_refused("core/a.cpp", f"#include <{header}>\n", 1, header)
        self.assert_accepted("core/a.cpp", "#include <atomic>\n#include <mutex>\n#include <shared_mutex>\n")
        self.assert_accepted("app/a.cpp", "#include <thread>\n")

    def test_keeps_the_machine_in_the_files_that_own_it(self):
        cases = [
            ("std::chrono::system_clock::now()", "base/system_clock.cpp", "core/a.cpp"),
            ("std::time(nullptr)", "base/system_clock.cpp", "http/server/a.cpp"),
            ("time(&now)", "base/system_clock.cpp", "http/server/a.cpp"),
            ("gettimeofday(&t, nullptr)", "base/system_clock.cpp", "storage/a.cpp"),
            ("steady_clock::now()", "http/server/a.cpp", "core/a.cpp"),
            ("std::chrono::steady_clock::now()", "delivery/a.cpp", "http/api/a.cpp"),
            ("RAND_bytes(b, 1)", "crypto/system_random.cpp", "crypto/keys.cpp"),
            ("randombytes_buf(b, 1)", "crypto/system_random.cpp", "base/random.cpp"),
            ("std::random_device{}()", "crypto/system_random.cpp", "core/a.cpp"),
            ("getrandom(b, 1, 0)", "crypto/system_random.cpp", "app/a.cpp"),
            ('std::getenv("HOME")', "app/environment.cpp", "cli/a.cpp"),
            ('::secure_getenv("HOME")', "app/environment.cpp", "base/a.cpp"),
        ]
        for expression, home, elsewhere in cases:
            with self.subTest(expression=expression):
                content = f"/* above\n*/ auto x = {expression};\n"
                self.assert_accepted(home, content)
                self.assert_refused(elsewhere, content, 2, "alone")

    def test_reads_neither_comments_nor_literals(self):
        content = (
            '// system_clock::now() and #include "cli/a.hpp"\n'
            "/* std::getenv\n#include <thread>\n*/\n"
            'const char* a = "system_clock::now() \\" getenv";\n'
            'const char* b = R"sql(RAND_bytes " getenv)sql";\n'
            "const int c = 1'000'000; const char d = '\"';\n"
            "const hh_mm_ss time(instant - day); int runtime(int);\n"
        )
        self.assert_accepted("core/a.cpp", content)
        self.assert_refused("core/a.cpp", content + "getenv;\n", 9, "environment")

    def test_says_so_when_there_is_nothing_to_check(self):
        self.assertEqual(check({})[0], 2)


if __name__ == "__main__":
    unittest.main()
