# The demo server. Build: docker build -t entify-demo .
FROM node:22-slim AS graphiql
WORKDIR /graphiql
RUN npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts graphiql@3 react@18 react-dom@18

FROM rust:1.95-slim AS build
WORKDIR /src
COPY . .
COPY --from=graphiql /graphiql/node_modules /graphiql/node_modules
RUN GRAPHIQL_DIR=/graphiql/node_modules cargo build --release --locked -p app --bin app --features entify/graphiql

FROM debian:stable-slim
RUN useradd --system --create-home --home-dir /srv/app app
WORKDIR /srv/app
COPY --from=build /src/target/release/app /usr/local/bin/app
USER app
ENV BIND=0.0.0.0:8000
EXPOSE 8000
ENTRYPOINT ["app"]
CMD ["serve"]
