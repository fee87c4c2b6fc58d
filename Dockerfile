# Weir in a container: docker build -t weir . && docker run -p 127.0.0.1:8080:8080 -v weir-data:/data weir
FROM debian:bookworm-slim AS build
WORKDIR /weir
COPY script script
RUN script/bootstrap
COPY . .
RUN script/build release && strip build/release/weir

FROM debian:bookworm-slim
# The libraries that weir is linked with, and curl for the health check.
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
      curl libthrift-0.17.0 libre2-9 libpugixml1v5 libspdlog1.10 libprometheus-cpp-core1.0 libssl3 libcurl4 ca-certificates \
      libsnappy1v5 zlib1g libbz2-1.0 liblz4-1 libzstd1 \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 weir && useradd --system --uid 10001 --gid weir --no-create-home weir \
 && install -d -o weir -g weir -m 0700 /data
COPY --from=build /weir/build/release/weir /usr/local/bin/weir
USER weir
VOLUME /data
EXPOSE 8080 9090
# Inside a container only other addresses than loopback can be reached from outside. Weir does not know its callers yet, so
# whoever publishes these ports says to whom: -p 127.0.0.1:8080:8080.
ENV WEIR_DATA=/data WEIR_LISTEN=0.0.0.0:8080 WEIR_RPC_LISTEN=0.0.0.0:9090 WEIR_INSECURE=true
# Over TLS by whatever certificate: it is this container's own.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD curl -fsS -o /dev/null http://127.0.0.1:8080/health/ready || curl -fsSk -o /dev/null https://127.0.0.1:8080/health/ready
ENTRYPOINT ["weir", "serve"]
