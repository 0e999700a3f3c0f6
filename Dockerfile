# The app on the official Node 24 image. Every value comes from the environment when it runs: see README.md and docs/deploy.md.
# `--target simulator` builds the simulated AWS Marketplace instead: see simulator/README.md.

# What only copies runs on the machine that builds, so that images for several platforms need no emulation: no package that
# the app needs has compiled parts. Dependabot moves tags and digests.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /app

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS runtime
ENV NODE_ENV=production
WORKDIR /app

FROM build AS dependencies
COPY package.json package-lock.json .npmrc ./
# Nothing that the app needs runs a script at installation.
RUN npm ci --omit=dev --ignore-scripts

FROM runtime AS simulator
ENV HOST=0.0.0.0
WORKDIR /simulator
COPY LICENSE ./
COPY simulator simulator
USER 1000:1000
EXPOSE 4000
# Options follow the image's name. GET /health answers 200.
ENTRYPOINT ["node", "simulator/src/main.ts"]

FROM build AS source
COPY src src
# AWS Marketplace is simulated in the other image only.
RUN rm -r src/demo.ts src/demo
# For SQLite.
RUN mkdir data

FROM runtime
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY --from=source /app/src src
COPY deploy/database-user.ts deploy/database-user.ts
COPY views views
COPY public public
# Amazon RDS's certificate authorities, for sslrootcert in DATABASE_URL. A build fails when AWS changes the file: compare the
# new one with AWS's announcement, then replace the checksum.
ADD --chmod=644 --checksum=sha256:e5bb2084ccf45087bda1c9bffdea0eb15ee67f0b91646106e466714f9de3c7e3 https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem /etc/ssl/rds-global-bundle.pem
# The only folder that the app writes to. With PostgreSQL it writes nothing at all.
COPY --from=source --chown=1000:1000 /app/data data
VOLUME /app/data
# The image's user `node`, by number, so that runAsNonRoot can be checked.
USER 1000:1000
EXPOSE 3000
# No HEALTHCHECK: ECS and Kubernetes ignore it, the load balancer asks /readyz, and one here would start a Node every few seconds.
# Node itself, without npm or a shell between, so that SIGTERM reaches it.
CMD ["node", "src/main.ts"]
