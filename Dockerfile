# The hub and the agent as images, from the bundle: npm run build && podman build --target hub -t nightguard-hub .
# BASE is any image with Node 24 and a shell. Nothing is fetched here: docs/decisions/0011-bundle.md says why.
ARG BASE=docker.io/library/node:24-bookworm-slim
# Any image with restic in /usr/bin, for --target agent-backup.
ARG RESTIC=docker.io/restic/restic:0.18.1

FROM ${BASE} AS system
RUN rm -rf /opt/yarn-* /usr/local/bin/yarn* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/lib/node_modules /usr/local/include /usr/share/doc /usr/share/man /usr/share/locale \
      /var/cache/* /var/lib/apt/lists/* /var/log/*

# What this Node compiles of the bundle is kept beside it, under the number of the user who reads it: ours, or 0 in Podman without root.
FROM ${BASE} AS program
WORKDIR /app
COPY package.json LICENSE ./
COPY bin/ bin/
COPY dist/ dist/
RUN mkdir -m 700 dist/cache /srv/state /srv/state/nightguard && chown -R 10001:10001 dist/cache /srv/state
USER 10001:10001
RUN for command in hub agent keys doctor reference; do node bin/nightguard.mjs "$command" --help > /dev/null || exit 1; done \
 && chmod -R go=rX dist/cache \
 && for mine in dist/cache/*-10001; do ln -s "${mine##*/}" "${mine%-10001}-0"; done

# One layer, so that what was removed is in none.
FROM scratch AS image
COPY --from=system / /
COPY --from=program --chown=0:0 /app /app
COPY --from=program --chown=10001:10001 /srv/state /var/lib
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_ENV=production \
    NIGHTGUARD_STATE=/var/lib/nightguard
LABEL org.opencontainers.image.title="Nightguard" \
      org.opencontainers.image.description="ChatOps for small fleets from Telegram" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
USER 10001:10001
VOLUME /var/lib/nightguard
STOPSIGNAL SIGTERM

# Its young heap is kept small: the agent does little, on machines that have little memory.
FROM image AS agent
ENTRYPOINT ["node", "--disable-warning=DEP0169", "--max-semi-space-size=1", "/app/bin/nightguard.mjs"]
CMD ["agent"]

FROM image AS hub
ENV PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=5m --timeout=10s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--disable-warning=DEP0169", "/app/bin/nightguard.mjs"]
CMD ["hub"]

# The agent with restic, for nodes that make backups. It stands last, so that no other build asks for its image.
FROM ${RESTIC} AS restic
FROM agent AS agent-backup
COPY --from=restic /usr/bin/restic /usr/local/bin/restic
