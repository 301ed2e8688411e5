# What the README's first command sets up, as an image: the same locked packages, for the CPU, as a user who is not root.
FROM python:3.12-slim-bookworm

WORKDIR /app

# Of its own, and first: a change of the code installs nothing again.
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock

# Readable by all, since `docker run --user` may name anyone.
COPY --chmod=755 flows flows
COPY --chmod=755 tasks tasks
COPY --chmod=644 pyproject.toml prefect.toml prefect.yaml ./

RUN python -m compileall -q flows tasks \
    && useradd --create-home --uid 1000 charflow \
    && install --directory --owner charflow artifacts
USER 1000
VOLUME /app/artifacts

ENTRYPOINT ["python", "flows/main.py"]
