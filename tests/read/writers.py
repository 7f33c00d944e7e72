"""Writes rows with the reference writers: pyarrow, DuckDB, Python's csv, gzip and zstandard. Rows on standard input as
JSON lines, files into the folder named; prints a JSON list of what was written, and whether it is to be read or refused."""
import csv
import gzip
import io
import json
import os
import sys

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import zstandard

folder = sys.argv[1]
lines = sys.stdin.buffer.read()
rows = [json.loads(line) for line in lines.splitlines()]
written = []


def put(name, writer, refused=None):
    path = os.path.join(folder, name)
    writer(path)
    written.append({"file": path, "writer": name, "refused": refused})


def put_bytes(name, data, refused=None):
    def write(path):
        with open(path, "wb") as out:
            out.write(data)

    put(name, write, refused)


turns = pa.struct([("role", pa.string()), ("content", pa.string())])
large_turns = pa.struct([("role", pa.large_string()), ("content", pa.large_string())])
nested = pa.table({
    "id": pa.array([row["id"] for row in rows]),
    "messages": pa.array([row["messages"] for row in rows], pa.list_(turns)),
})
large = nested.set_column(1, "messages", nested["messages"].cast(pa.large_list(large_turns)))
lists = pa.table({
    "id": nested["id"],
    "messages": pa.array(
        [{"role": [t["role"] for t in row["messages"]], "content": [t["content"] for t in row["messages"]]} for row in rows],
        pa.struct([("role", pa.list_(pa.string())), ("content", pa.list_(pa.string()))]),
    ),
})
flat = pa.table({
    "id": nested["id"],
    "prompt": pa.array([row["messages"][0]["content"] for row in rows]),
    "response": pa.array([row["messages"][1]["content"] for row in rows]),
})
shapes = {"nested": nested, "large": large, "lists": lists, "flat": flat}

for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    for shape, table in shapes.items():
        put(f"{shape}-{codec}.parquet", lambda path: pq.write_table(table, path, compression=codec, row_group_size=11))
for version in ["1.0", "2.4", "2.6"]:
    for page in ["1.0", "2.0"]:
        for dictionary in [True, False]:
            name = f"nested-v{version}-page{page}-{'dictionary' if dictionary else 'plain'}.parquet"
            put(name, lambda path: pq.write_table(
                nested, path, version=version, data_page_version=page, use_dictionary=dictionary,
                compression="zstd", data_page_size=512, row_group_size=17))
for encoding in ["DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "PLAIN"]:
    put(f"flat-{encoding}.parquet", lambda path: pq.write_table(
        flat, path, use_dictionary=False, column_encoding={name: encoding for name in flat.column_names}))
put("checksum.parquet", lambda path: pq.write_table(flat, path, write_page_checksum=True))

for shape, table in shapes.items():
    def write_stream(path, codec=None):
        options = pa.ipc.IpcWriteOptions(compression=codec)
        with pa.OSFile(path, "wb") as sink, pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table, max_chunksize=9)

    def write_file(path, codec=None):
        options = pa.ipc.IpcWriteOptions(compression=codec)
        with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, table.schema, options=options) as writer:
            writer.write_table(table, max_chunksize=9)

    put(f"{shape}-stream.arrow", write_stream)
    put(f"{shape}-file.arrow", write_file)
put("compressed.arrow", lambda path: pa.feather.write_feather(flat, path, compression="zstd"), "compressed")
put("plain.feather", lambda path: pa.feather.write_feather(flat, path, compression="uncompressed"))

base = duckdb.connect()
base.register("flat", flat)
base.register("nested", nested)
for codec in ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"]:
    put(f"duckdb-{codec}.parquet",
        lambda path: base.execute(f"copy nested to '{path}' (format parquet, codec '{codec}', row_group_size 2048)"))
put("duckdb-v2.parquet", lambda path: base.execute(f"copy flat to '{path}' (format parquet, parquet_version v2)"))
put("duckdb.jsonl", lambda path: base.execute(f"copy nested to '{path}' (format json)"))
put("duckdb.json", lambda path: base.execute(f"copy nested to '{path}' (format json, array true)"))
put("duckdb.csv", lambda path: base.execute(f"copy flat to '{path}' (format csv, header)"))
put("arrow.csv", lambda path: pa.csv.write_csv(flat, path))
for name, dialect in [("excel.csv", "excel"), ("tabs.tsv", "excel-tab"), ("unix.csv", "unix")]:
    def write_dialect(path):
        with open(path, "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out, dialect)
            writer.writerow(flat.column_names)
            writer.writerows(zip(*(column.to_pylist() for column in flat.columns)))

    put(name, write_dialect)


def write_repr(path):
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "messages"])
        writer.writerows([row["id"], repr(row["messages"])] for row in rows)


put("repr.csv", write_repr)

half = len(lines) // 2
put_bytes("members.jsonl.gz", gzip.compress(lines[:half]) + bytes(77) + gzip.compress(lines[half:], 1) + bytes(3))
for level in [1, 3, 19]:
    for checksum in [True, False]:
        packer = zstandard.ZstdCompressor(level=level, write_checksum=checksum, write_content_size=checksum)
        put_bytes(f"level{level}-{checksum}.jsonl.zst", packer.compress(lines[:half]) + packer.compress(lines[half:]))
long = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters.from_level(3, window_log=26))
put_bytes("long.jsonl.zst", long.compress(lines))
put_bytes("both.jsonl.gz.zst", zstandard.ZstdCompressor().compress(gzip.compress(lines)))
print(json.dumps(written))
