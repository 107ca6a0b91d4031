// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What must hold of standard input, output and error before anything else happens.
enum StandardStreams {
    /// Keeps files from getting the number of a stream that the caller has closed, and makes a
    /// reader that goes away an error instead of the end of the process.
    static func prepare() {
        // open(2) takes the lowest free number. What fills a gap cannot be used for what the stream
        // is for, so that this is an error there and then.
        let streams = [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)]
        for (number, mode) in streams where fcntl(number, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", mode)
        }
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
