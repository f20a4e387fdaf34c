# The service as plain JavaScript, run by an ordinary user. Configuration comes from the environment; see docker-compose.yml.

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20.20.2-bookworm-slim
# Temporal's core reads the machine's certificates.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY bin bin
COPY agreements agreements
COPY routing routing
COPY hl7 hl7
COPY samples samples
RUN mkdir -p /var/lib/hemgang && chown node:node /var/lib/hemgang
ENV NODE_ENV=production TZ=UTC DATA_DIR=/var/lib/hemgang
USER node
VOLUME /var/lib/hemgang
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 8080}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/hemgang.js"]
CMD ["serve"]
