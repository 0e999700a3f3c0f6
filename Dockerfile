# The app on the official Node 24 image. Every value comes from the environment when it runs: see README.md and docs/deploy.md.
# `--target simulator` builds the simulated AWS Marketplace instead: see simulator/README.md.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing that the app needs runs a script at installation.
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim AS simulator
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /simulator
COPY LICENSE ./
COPY simulator simulator
USER 1000:1000
EXPOSE 4000
# Options follow the image's name. GET /health answers 200.
ENTRYPOINT ["node", "simulator/src/main.ts"]

FROM node:24-slim AS source
WORKDIR /app
COPY src src
# AWS Marketplace is simulated in the other image only.
RUN rm -r src/demo.ts

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY --from=source /app/src src
COPY views views
COPY public public
# Amazon RDS's certificate authorities, for sslrootcert in DATABASE_URL; renewed with each build.
ADD --chmod=644 https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem /etc/ssl/rds-global-bundle.pem
# SQLite's folder, the only one the app writes to. With PostgreSQL nothing is written at all.
RUN mkdir data && chown 1000:1000 data
VOLUME /app/data
# The image's user `node`, by number, so that runAsNonRoot can be checked.
USER 1000:1000
EXPOSE 3000
# No HEALTHCHECK: ECS and Kubernetes ignore it, the load balancer asks /readyz, and one here would start a Node every few seconds.
# Node itself, without npm or a shell between, so that SIGTERM reaches it.
CMD ["node", "src/main.ts"]
