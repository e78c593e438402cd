"""The other side of the codec tests: the types that Apache Thrift generates for Python.

    oracle.py write FOLDER    writes structs.txt, messages.txt and schema.txt
    oracle.py read FILE       reads our encodings and compares them with the samples made here

Sample values follow the rule that `crates/dbsql-protocol/tests/support/sample.rs` describes, walking
`thrift_spec`; neither side sees the values of the other.
"""

import sys
from pathlib import Path

from databricks.sql.thrift_api.TCLIService import TCLIService, ttypes
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.Thrift import TApplicationException, TMessageType, TType
from thrift.transport.TTransport import TMemoryBuffer

UNIONS = {
    "TTypeQualifierValue",
    "TTypeEntry",
    "TColumnValue",
    "TColumn",
    "TGetInfoValue",
    "TSparkParameterValue",
}
# The only field that leads back to its own struct.
RECURSIVE = ("TSparkParameterValueArg", "arguments")
RECURSION_LIMIT = 3

METHODS = ["OpenSession", "ExecuteStatement", "GetOperationStatus", "FetchResults", "CloseOperation"]
SEQUENCE_ID = 7
EXCEPTION = ("no such méthod", TApplicationException.UNKNOWN_METHOD)


def fields(cls):
    return [spec for spec in cls.thrift_spec if spec is not None]


class Sampler:
    def __init__(self):
        self.count = 0

    def struct(self, cls, depth, member=None):
        value = cls(**{spec[2]: None for spec in fields(cls)})
        chosen = fields(cls)
        if cls.__name__ in UNIONS:
            index = self.count % len(chosen) if member is None else member
            chosen = [chosen[index]]
        for _, ttype, name, args, _ in chosen:
            if (cls.__name__, name) == RECURSIVE and depth >= RECURSION_LIMIT:
                continue
            setattr(value, name, self.value(ttype, args, depth + 1))
        return value

    def value(self, ttype, args, depth):
        if ttype == TType.STRUCT:
            return self.struct(args[0], depth)
        if ttype in (TType.LIST, TType.SET):
            return [self.value(args[0], args[1], depth) for _ in range(2)]
        if ttype == TType.MAP:
            entries = []
            for _ in range(2):
                key = self.value(args[0], args[1], depth)
                entries.append((key, self.value(args[2], args[3], depth)))
            return dict(sorted(entries))
        self.count += 1
        n = self.count
        if ttype == TType.BOOL:
            return n % 2 == 1
        if ttype == TType.BYTE:
            return n % 127
        if ttype == TType.I16:
            return n * 31 % 60_000 - 30_000
        if ttype == TType.I32:
            return n * 1_000_003 % 2_000_000_000 - 1_000_000_000
        if ttype == TType.I64:
            return -n * 10_000_000_019 if n % 2 == 1 else n * 10_000_000_019
        if ttype == TType.DOUBLE:
            return n + 0.5
        if ttype == TType.STRING and args == "BINARY":
            return (n.to_bytes(4, "little") + b"\xff")[: n % 6]
        if ttype == TType.STRING:
            return f"s{n}é"
        raise ValueError(f"type {ttype}")


class UnknownFields(TBinaryProtocol):
    """Appends fields of every wire type to the outer struct and to the structs in it."""

    depth = 0
    busy = False

    def writeStructBegin(self, name):
        self.depth += 1

    def writeStructEnd(self):
        self.depth -= 1

    def writeFieldStop(self):
        if self.depth <= 2 and not self.busy:
            self.busy = True
            self.unknown()
            self.busy = False
        super().writeFieldStop()

    def unknown(self):
        ids = iter(range(20_001, 21_000))

        def field(ttype):
            self.writeFieldBegin("", ttype, next(ids))

        field(TType.BOOL)
        self.writeBool(True)
        field(TType.BYTE)
        self.writeByte(-5)
        field(TType.DOUBLE)
        self.writeDouble(2.5)
        field(TType.I16)
        self.writeI16(-2)
        field(TType.I32)
        self.writeI32(-3)
        field(TType.I64)
        self.writeI64(-4)
        field(TType.STRING)
        self.writeString("é")
        field(TType.STRUCT)
        self.writeFieldBegin("", TType.STRUCT, 1)
        self.writeFieldBegin("", TType.I32, 2)
        self.writeI32(6)
        super().writeFieldStop()
        super().writeFieldStop()
        field(TType.MAP)
        self.writeMapBegin(TType.I32, TType.I64, 1)
        self.writeI32(1)
        self.writeI64(2)
        field(TType.MAP)
        self.writeMapBegin(TType.STRING, TType.LIST, 1)
        self.writeString("key")
        self.writeListBegin(TType.I16, 2)
        self.writeI16(1)
        self.writeI16(2)
        field(TType.SET)
        self.writeSetBegin(TType.DOUBLE, 1)
        self.writeDouble(0.5)
        field(TType.LIST)
        self.writeListBegin(TType.STRUCT, 2)
        super().writeFieldStop()
        self.writeFieldBegin("", TType.BOOL, 1)
        self.writeBool(False)
        super().writeFieldStop()
        field(TType.LIST)
        self.writeListBegin(TType.LIST, 1)
        self.writeListBegin(TType.STRING, 2)
        self.writeString("a")
        self.writeString("")
        field(TType.LIST)
        self.writeListBegin(TType.I64, 0)
        field(TType.MAP)
        self.writeMapBegin(TType.STRING, TType.STRING, 0)


def encode(write, protocol=TBinaryProtocol):
    buffer = TMemoryBuffer()
    write(protocol(buffer))
    return buffer.getvalue()


def reachable():
    """Every struct that the calls and replies lead to, sorted by name."""
    found = {}
    queue = []
    for name in dir(TCLIService):
        if name.endswith(("_args", "_result")):
            queue += [spec[3][0] for spec in fields(getattr(TCLIService, name))]

    def inner(ttype, args):
        if ttype == TType.STRUCT:
            queue.append(args[0])
        elif ttype in (TType.LIST, TType.SET):
            inner(args[0], args[1])
        elif ttype == TType.MAP:
            inner(args[0], args[1])
            inner(args[2], args[3])

    while queue:
        cls = queue.pop()
        if cls.__name__ not in found:
            found[cls.__name__] = cls
            for spec in fields(cls):
                inner(spec[1], spec[3])
    return dict(sorted(found.items()))


def samples():
    """Every struct with its cases: a name and a value."""
    for cls in reachable().values():
        yield cls, "full", Sampler().struct(cls, 0)
        if cls.__name__ in UNIONS:
            for index, spec in enumerate(fields(cls)):
                yield cls, f"member{spec[0]}", Sampler().struct(cls, 0, index)


def messages():
    """Every sample message: a method, a kind and the way to write it."""
    for method in METHODS:
        args = getattr(TCLIService, method + "_args")
        result = getattr(TCLIService, method + "_result")
        request = args(req=Sampler().struct(fields(args)[0][3][0], 0))
        response = result(success=Sampler().struct(fields(result)[0][3][0], 0))
        exception = TApplicationException(message=EXCEPTION[0], type=EXCEPTION[1])
        yield method, "call", TMessageType.CALL, 0, request
        yield method, "reply", TMessageType.REPLY, SEQUENCE_ID, response
        yield method, "exception", TMessageType.EXCEPTION, SEQUENCE_ID, exception


def write_message(method, kind, sequence_id, body):
    def write(protocol):
        protocol.writeMessageBegin(method, kind, sequence_id)
        body.write(protocol)
        protocol.writeMessageEnd()

    return write


WIRE_NAMES = {
    TType.BOOL: "bool",
    TType.BYTE: "i8",
    TType.I16: "i16",
    TType.I32: "i32",
    TType.I64: "i64",
    TType.DOUBLE: "double",
}


def type_name(ttype, args):
    if ttype == TType.STRUCT:
        return args[0].__name__
    if ttype == TType.LIST:
        return f"list<{type_name(args[0], args[1])}>"
    if ttype == TType.MAP:
        return f"map<{type_name(args[0], args[1])},{type_name(args[2], args[3])}>"
    if ttype == TType.STRING:
        return "binary" if args == "BINARY" else "string"
    return WIRE_NAMES[ttype]


def schema():
    """Names, ids, types and defaults; enums are plain numbers here and listed by themselves."""
    for name, cls in reachable().items():
        for field_id, ttype, field, args, default in fields(cls):
            default = "" if default is None else f" = {default}"
            yield f"{name} {field_id} {field} {type_name(ttype, args)}{default}"
    for name, cls in sorted(vars(ttypes).items()):
        # Enums named TDBSql are in the package, and no struct has a field of them.
        is_enum = hasattr(cls, "_VALUES_TO_NAMES") and cls.__module__ == ttypes.__name__
        if is_enum and not name.startswith("TDBSql"):
            for number, value in sorted(cls._VALUES_TO_NAMES.items()):
                yield f"enum {name} {number} {value}"
    for name in sorted(dir(TCLIService)):
        if name.endswith("_args"):
            method = name.removesuffix("_args")
            request = fields(getattr(TCLIService, name))[0]
            response = fields(getattr(TCLIService, method + "_result"))[0]
            ids = (request[0], request[2], response[0], response[2])
            assert ids == (1, "req", 0, "success"), (method, ids)
            yield f"method {method} {request[3][0].__name__} {response[3][0].__name__}"


def write(folder):
    header = "# Written by `cargo xtask interop thrift`, do not edit by hand."
    lines = [header]
    for cls, case, value in samples():
        lines.append(f"{cls.__name__} {case} {encode(value.write).hex()}")
        if case == "full":
            unknown = encode(value.write, UnknownFields)
            lines.append(f"{cls.__name__} unknown {unknown.hex()}")
            empty = cls(**{spec[2]: None for spec in fields(cls)})
            lines.append(f"{cls.__name__} empty {encode(empty.write).hex()}")
    (folder / "structs.txt").write_text("\n".join(lines) + "\n")
    lines = [header]
    for method, case, kind, sequence_id, body in messages():
        lines.append(f"{method} {case} {encode(write_message(method, kind, sequence_id, body)).hex()}")
    (folder / "messages.txt").write_text("\n".join(lines) + "\n")
    (folder / "schema.txt").write_text("\n".join([header, *schema()]) + "\n")


def read(file):
    encoded = {}
    for line in file.read_text().splitlines():
        name, case, digits = line.split(" ")
        encoded[name, case] = bytes.fromhex(digits)
    count = 0

    def check(condition, what):
        if not condition:
            sys.exit(f"{what} is not the value it should be")

    for cls, case, expected in samples():
        buffer = TMemoryBuffer(encoded.pop((cls.__name__, case)))
        value = cls(**{spec[2]: None for spec in fields(cls)})
        value.read(TBinaryProtocol(buffer))
        check(value == expected, f"{cls.__name__} {case}")
        check(buffer.read(1) == b"", f"the end of {cls.__name__} {case}")
        count += 1
    for method, case, kind, sequence_id, expected in messages():
        buffer = TMemoryBuffer(encoded.pop((method, case)))
        protocol = TBinaryProtocol(buffer, strictRead=True)
        check(protocol.readMessageBegin() == (method, kind, sequence_id), f"head of {method} {case}")
        value = type(expected)()
        value.read(protocol)
        if case == "exception":
            check((value.message, value.type) == EXCEPTION, f"{method} {case}")
        else:
            check(value == expected, f"{method} {case}")
        check(buffer.read(1) == b"", f"the end of {method} {case}")
        count += 1
    check(not encoded, f"unexpected {sorted(encoded)}")
    print(f"{count} encodings read back by Python")


if __name__ == "__main__":
    command, path = sys.argv[1:]
    {"write": write, "read": read}[command](Path(path))
