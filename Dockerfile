# The bot with its reports and their index; docs/container.md has the commands.
FROM python:3.11-slim-bookworm AS build
# One package comes as its source.
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
RUN python -m venv /opt/bot
ENV PATH=/opt/bot/bin:$PATH
COPY requirements.txt ./
RUN pip install --no-cache-dir --no-deps --use-pep517 --require-hashes --requirement requirements.txt
WORKDIR /bot
COPY index index
COPY bot bot
RUN python -m compileall -q bot index
COPY articles articles
# Exit code 1 says that single articles were unreadable; the others can be asked about.
RUN python -m index build || [ $? -eq 1 ]

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home bot && install --directory --owner bot /data
COPY --from=build /opt/bot /opt/bot
COPY --from=build /bot /bot
# All that is written is the database, in /data, so that the rest of the file system may be read-only.
ENV PATH=/opt/bot/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/records.sqlite PORT=3000
WORKDIR /bot
USER bot
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["python", "-m", "bot", "http"]
