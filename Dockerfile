# One image for every tier: `CMD` runs a node with its configuration from HUIJIAO_* (docs/configuration.md).
# Nothing here needs more than the classic builder. The rooms stay where they are and node_modules/@huijiao keeps npm's links to them:
# Node runs TypeScript as it is, but not below a folder named node_modules.

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/access/package.json packages/access/
COPY packages/client/package.json packages/client/
COPY packages/conformance/package.json packages/conformance/
COPY packages/database/package.json packages/database/
COPY packages/exchange/package.json packages/exchange/
COPY packages/files/package.json packages/files/
COPY packages/identity/package.json packages/identity/
COPY packages/merkle/package.json packages/merkle/
COPY packages/problem/package.json packages/problem/
COPY packages/standard/package.json packages/standard/
COPY packages/testing/package.json packages/testing/
COPY services/console/package.json services/console/
COPY services/node/package.json services/node/
# The optional packages are other copies of Node and PostgreSQL; here Node is the image's and PostgreSQL has an address.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

# The pages of the console: built from what is needed for building only, so that none of it is in the image that runs. The bundler's own program is an
# optional package of the machine it is for.
FROM dependencies AS pages
RUN npm ci && npm cache clean --force
COPY tsconfig.base.json ./
COPY packages packages
COPY services services
RUN node services/console/scripts/build.mjs

FROM node:24-bookworm-slim
# glibc would keep up to eight arenas a processor; what passes through a node in megabytes would stay in each of them.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 HUIJIAO_HOST=0.0.0.0 HUIJIAO_PORT=7100 HUIJIAO_DATA_DIR=/var/lib/huijiao
WORKDIR /app
RUN mkdir -p /var/lib/huijiao && chown node:node /var/lib/huijiao && chmod 700 /var/lib/huijiao
COPY --from=dependencies /app ./
COPY LICENSE NOTICE ./
COPY schemas schemas
COPY migrations migrations
COPY packages packages
COPY services services
COPY --from=pages /app/services/console/dist services/console/dist
RUN rm -rf packages/testing services/console/src services/console/test node_modules/@huijiao/testing && ln -sf ../../packages/client/bin/huijiao.mjs node_modules/.bin/huijiao
# Compiled code is kept from one start to the next.
RUN mkdir -p node_modules/.cache/huijiao && chown node:node node_modules/.cache/huijiao
ENV PATH=/app/node_modules/.bin:$PATH
USER node
VOLUME /var/lib/huijiao
EXPOSE 7100
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HUIJIAO_PORT}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Objects that are needed for a moment fill 16 MiB, not 64, before they are looked through.
CMD ["node", "--max-semi-space-size=16", "services/node/src/main.ts"]
