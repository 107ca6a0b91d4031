// SPDX-License-Identifier: Apache-2.0
// Small calls, many at once.
#include <fstream>

#include "client.h"
#include "flight.h"

using namespace snix::castore::v1;

constexpr size_t kSmallSize = 1024;

// Each of these ends itself with its call.
struct StatCall {
    static void Start(BlobService::Stub& stub, const std::string& digest, std::function<void()> done) {
        auto* call = new StatCall;
        call->request.set_digest(digest);
        stub.async()->Stat(&call->context, &call->request, &call->response, [=](grpc::Status status) {
            Check(status);
            delete call;
            done();
        });
    }

    grpc::ClientContext context;
    StatBlobRequest request;
    StatBlobResponse response;
};

struct ReadCall final : grpc::ClientReadReactor<BlobChunk> {
    static void Start(
        BlobService::Stub& stub,
        const std::string& digest,
        std::atomic<size_t>& size,
        std::function<void()> done
    ) {
        auto* call = new ReadCall(size, std::move(done));
        call->request.set_digest(digest);
        stub.async()->Read(&call->context, &call->request, call);
        call->StartRead(&call->message);
        call->StartCall();
    }

    ReadCall(std::atomic<size_t>& size, std::function<void()> done) : size(size), done(std::move(done)) {}

    void OnReadDone(bool is_message) override {
        if (!is_message) return;
        size += message.data().size();
        StartRead(&message);
    }

    void OnDone(const grpc::Status& status) override {
        Check(status);
        auto next = std::move(done);
        delete this;
        next();
    }

    std::atomic<size_t>& size;
    std::function<void()> done;
    grpc::ClientContext context;
    ReadBlobRequest request;
    BlobChunk message;
};

struct PutCall final : grpc::ClientWriteReactor<BlobChunk> {
    static void Start(
        BlobService::Stub& stub,
        const BlobChunk& message,
        std::string& digest,
        std::function<void()> done
    ) {
        auto* call = new PutCall(digest, std::move(done));
        stub.async()->Put(&call->context, &call->response, call);
        call->StartWriteLast(&message, grpc::WriteOptions());
        call->StartCall();
    }

    PutCall(std::string& digest, std::function<void()> done) : digest(digest), done(std::move(done)) {}

    void OnDone(const grpc::Status& status) override {
        Check(status);
        digest = response.digest();
        auto next = std::move(done);
        delete this;
        next();
    }

    std::string& digest;
    std::function<void()> done;
    grpc::ClientContext context;
    PutBlobResponse response;
};

void Stat(const std::string& address, const Arguments& arguments) {
    auto stub = BlobService::NewStub(Connect(address));
    auto digest = FromHexadecimal(arguments[0]);
    int callers = std::stoi(arguments[1]), count = std::stoi(arguments[2]);
    Measure(std::stoi(arguments[3]), [&] {
        Flight::ForEach(callers, count, [&](int, auto done) { StatCall::Start(*stub, digest, done); });
    });
}

void PutEach(const std::string& address, const Arguments& arguments) {
    int count = std::stoi(arguments[0]), callers = std::stoi(arguments[1]);
    std::vector<BlobChunk> messages(count);
    for (int i = 0; i < count; i++) messages[i].set_data(Noise(i).Take(kSmallSize));
    std::vector<std::string> digests(count);
    auto stub = BlobService::NewStub(Connect(address));
    Measure(std::stoi(arguments[2]), [&] {
        Flight::ForEach(callers, count, [&](int index, auto done) {
            PutCall::Start(*stub, messages[index], digests[index], done);
        });
    });
    std::ofstream file(arguments[3]);
    for (const auto& digest : digests) file << Hexadecimal(digest) << '\n';
}

void GetEach(const std::string& address, const Arguments& arguments) {
    auto digests = Digests(arguments[2]);
    auto stub = BlobService::NewStub(Connect(address));
    std::atomic<size_t> size{0};
    int callers = std::stoi(arguments[0]), count = digests.size();
    Measure(std::stoi(arguments[1]), [&] {
        size = 0;
        Flight::ForEach(callers, count, [&](int index, auto done) {
            const auto& digest = digests[index];
            StatCall::Start(*stub, digest, [&, done] { ReadCall::Start(*stub, digest, size, done); });
        });
    });
    printf("bytes %zu\n", size.load());
}
