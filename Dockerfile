# The demo server. Build: docker build -t entify-demo .
FROM rust:1.95-slim AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked -p app --bin app

FROM debian:stable-slim
RUN useradd --system --create-home --home-dir /srv/app app
WORKDIR /srv/app
COPY --from=build /src/target/release/app /usr/local/bin/app
USER app
ENV BIND=0.0.0.0:8000
EXPOSE 8000
ENTRYPOINT ["app"]
CMD ["serve"]
