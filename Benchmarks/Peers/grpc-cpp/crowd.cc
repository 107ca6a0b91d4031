// SPDX-License-Identifier: Apache-2.0
// Many readers of one blob: fast ones, and slow ones that are cancelled when the fast ones are done.
#include <atomic>
#include <thread>

#include "client.h"

using namespace snix::castore::v1;

void Crowd(const std::string& address, const Arguments& arguments) {
    int fast = std::stoi(arguments[0]), slow = std::stoi(arguments[1]);
    int connections = std::stoi(arguments[2]);
    ReadBlobRequest request;
    request.set_digest(FromHexadecimal(arguments[3]));

    std::vector<std::unique_ptr<BlobService::Stub>> stubs;
    for (int i = 0; i < connections; i++) stubs.push_back(BlobService::NewStub(Connect(address, i)));
    std::vector<grpc::ClientContext> contexts(fast + slow);
    std::atomic<bool> is_over{false};
    std::atomic<size_t> fast_bytes{0}, slow_bytes{0};

    auto read = [&](int number) {
        bool is_slow = number >= fast;
        auto reader = stubs[number % connections]->Read(&contexts[number], request);
        BlobChunk message;
        while (!(is_slow && is_over) && reader->Read(&message)) {
            (is_slow ? slow_bytes : fast_bytes) += message.data().size();
            // Each of them has another pace, so that they are at different places of the blob.
            if (is_slow) std::this_thread::sleep_for(std::chrono::milliseconds(50 + 5 * (number % 50)));
        }
        if (is_slow) contexts[number].TryCancel();
        grpc::Status status = reader->Finish();
        if (!is_slow) Check(status);
    };
    double start = Seconds();
    std::vector<std::thread> readers, slow_readers;
    for (int i = fast; i < fast + slow; i++) slow_readers.emplace_back(read, i);
    for (int i = 0; i < fast; i++) readers.emplace_back(read, i);
    for (auto& reader : readers) reader.join();
    double time = Seconds() - start;
    is_over = true;
    for (int i = fast; i < fast + slow; i++) contexts[i].TryCancel();
    for (auto& reader : slow_readers) reader.join();
    printf("seconds %.6f\nbytes %zu\nslow-bytes %zu\n", time, fast_bytes.load(), slow_bytes.load());
}
