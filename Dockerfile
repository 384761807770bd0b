# The service in one image. What it may write is the volume /data and a temporary file system on /tmp; all else is
# read-only. README.md says how to run it.
#
#   docker build --tag homologue .
#   docker run --rm --read-only --tmpfs /tmp --volume homologue-data:/data homologue migrate

ARG PYTHON=3.13-slim

# Nothing but what requirements.txt names, each file checked against its hash. Only wheels: nothing is compiled.
FROM python:${PYTHON} AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/python -m pip install --require-hashes --only-binary=:all: --requirement /tmp/requirements.txt
COPY LICENSE /opt/homologue/
COPY matching /opt/homologue/matching
COPY migrations /opt/homologue/migrations
COPY clients /opt/homologue/clients
COPY service /opt/homologue/service
# Readable by the service's own user, however the checkout was made.
RUN chmod --recursive u=rwX,go=rX /opt/homologue \
 && /opt/venv/bin/python -m compileall -q /opt/homologue

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="Homologue" \
      org.opencontainers.image.description="Matches states' needs for help in migration governance with peers who have done it before." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"

# A fixed number, so that a volume's owner can be set from outside.
RUN groupadd --gid 10001 homologue \
 && useradd --uid 10001 --gid homologue --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin homologue \
 && install --directory --owner=homologue --group=homologue --mode=0750 /data
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /opt/homologue /opt/homologue

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/homologue \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HOMOLOGUE_HOST=0.0.0.0 \
    HOMOLOGUE_DATA_DIR=/data

USER 10001:10001
WORKDIR /opt/homologue
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM

# For `serve`. Containers that only `work` have no web to ask: run them with --no-healthcheck.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ.get('HOMOLOGUE_PORT', '8000') + '/livez', timeout=4)"]

ENTRYPOINT ["python", "-m", "service"]
CMD ["serve"]
