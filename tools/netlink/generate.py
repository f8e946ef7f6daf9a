#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Generate C code from the netlink specifications.

  generate.py           write the generated files
  generate.py --check   write nothing; fail if a generated file is stale

Names follow the kernel's ynl: attribute "id" of the set "call" of the family
"sip_ims" becomes SIP_IMS_A_CALL_ID.
"""

import argparse
import pathlib
import sys
import textwrap

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
SPECS = "Documentation/netlink/specs"
SELF = "tools/netlink/generate.py"

LICENSE = "GPL-2.0-only"
UAPI_LICENSE = "((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)"

# The policy arrays have 16 bits for a bound.
SHORT_MAX = 32767

WIDTH = 80


def c_upper(*parts):
    return "_".join(parts).upper().replace("-", "_")


def c_lower(*parts):
    return "_".join(parts).lower().replace("-", "_")


def doc_of(item):
    return " ".join(item.get("doc", "").split())


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def comment(text):
    """Wrap a comment; continuation lines are indented."""
    return textwrap.wrap(text, WIDTH, subsequent_indent=" *\t",
                         break_on_hyphens=False)


def header(spec, license_name, suffix="c"):
    first = f"SPDX-License-Identifier: {license_name}"
    first = f"// {first}" if suffix == "c" else f"/* {first} */"
    return [first, "/*", " * Generated, do not edit; made by", f" * {SELF} from",
            f" * {SPECS}/{spec.family}.yaml", " */"]


def guarded(guard, body):
    return [f"#ifndef {guard}", f"#define {guard}", "", *body, "",
            f"#endif /* {guard} */"]


class Spec:
    """A parsed specification and the C names of its elements."""

    def __init__(self, text):
        self.yaml = yaml.safe_load(text)
        self.family = self.yaml["name"]
        self.enums = {d["name"]: d for d in self.yaml["definitions"]
                      if d["type"] == "enum"}
        self.sets = {s["name"]: s for s in self.yaml["attribute-sets"]}
        self.operations = self.yaml["operations"]["list"]
        self.groups = self.yaml.get("mcast-groups", {}).get("list", [])

    def attr(self, set_name, attr_name):
        return c_upper(self.family, "a", set_name, attr_name)

    def attributes(self, set_name):
        return self.sets[set_name]["attributes"]

    def own(self):
        """Prefix of the tool's names for the family; sip_ims has none."""
        return [] if self.family == "sip_ims" else [self.family]

    def table(self, set_name):
        """Name of a table of the tool."""
        return c_lower(*self.own(), set_name, "set")

    def key(self, set_name, attr_name):
        """Constant of the tool for the name of an attribute."""
        return c_upper("key", *self.own(), set_name, attr_name)

    def tool_file(self, name):
        """Name of a generated header or source of the tool, without suffix."""
        return c_lower(*self.own(), name, "gen")

    def tool_include_guard(self, name):
        return c_upper("_sipims", *self.own(), name, "gen_h")

    def command(self, operation):
        return c_upper(self.family, "cmd", operation["name"])

    def group(self, group):
        """Constant for the index of a multicast group in its family."""
        return c_upper(self.family, "nlgrp", group["name"])

    def group_name(self, group):
        return c_upper(self.family, "mcgrp", group["name"])

    def requests(self):
        """Operations that userspace can request."""
        return [o for o in self.operations if "event" not in o]

    def events(self):
        """Operations that the kernel sends unrequested."""
        return [o for o in self.operations if "event" in o]

    def request(self, operation):
        """Attributes of an operation's requests, in the order of the set."""
        named = set()
        for mode in ("do", "dump"):
            request = operation.get(mode, {}).get("request", {})
            named.update(request.get("attributes", []))
        return [a for a in self.attributes(operation["attribute-set"])
                if a["name"] in named]

    def nested_in_requests(self):
        """Nested attribute sets that a request can carry."""
        names = []
        for operation in self.operations:
            for attr in self.request(operation):
                name = attr.get("nested-attributes")
                if name and name not in names:
                    names.append(name)
        return names


# ---- include/uapi/linux/sip_ims.h -----------------------------------------

def uapi_enum(spec, enum):
    tag = c_lower(spec.family, enum["name"])
    lines = ["/**", *comment(f" * enum {tag} - {doc_of(enum)}")]
    for entry in enum["entries"]:
        name = c_upper(spec.family, enum["name"], entry["name"])
        lines += comment(f" * @{name}: {doc_of(entry)}")
    lines += [" */", f"enum {tag} {{"]
    for entry in enum["entries"]:
        lines.append(f"\t{c_upper(spec.family, enum['name'], entry['name'])},")
    return lines + ["};", ""]


def uapi_numbered(names, last):
    """An anonymous enum that starts at 1 and ends with its maximum."""
    lines = ["enum {"]
    lines += [f"\t{name}{' = 1' if i == 0 else ''},"
              for i, name in enumerate(names)]
    return lines + ["", f"\t__{last},", f"\t{last} = (__{last} - 1)", "};", ""]


def uapi(spec):
    name, upper = spec.family, c_upper(spec.family)
    body = [f'#define {upper}_FAMILY_NAME\t"{name}"',
            f"#define {upper}_FAMILY_VERSION\t{spec.yaml.get('version', 1)}", ""]
    for enum in spec.enums.values():
        body += uapi_enum(spec, enum)
    for set_name in spec.sets:
        body += uapi_numbered([spec.attr(set_name, a["name"])
                               for a in spec.attributes(set_name)],
                              spec.attr(set_name, "max"))
    body += uapi_numbered([spec.command(o) for o in spec.operations],
                          c_upper(name, "cmd", "max"))
    for group in spec.groups:
        body += [f"#define {spec.group_name(group)}\t{quoted(group['name'])}"]
    if spec.groups:
        body += [""]
    return header(spec, UAPI_LICENSE, "h") + guarded(f"_UAPI_LINUX_{upper}_H",
                                               body[:-1])


# ---- netlink/netlink_gen.[ch] ------------------------------------------------

def handlers(spec, operation):
    """Pairs of struct genl_ops member and function."""
    base = c_lower(spec.family, "nl", operation["name"])
    found = []
    if "do" in operation:
        found.append(("doit", f"{base}_doit"))
    dump = operation.get("dump", {})
    if "pre" in dump:
        found.append(("start", c_lower(dump["pre"])))
    if "dump" in operation:
        found.append(("dumpit", f"{base}_dumpit"))
    if "post" in dump:
        found.append(("done", c_lower(dump["post"])))
    return found


ARGUMENTS = {
    "doit": ["struct sk_buff *skb", "struct genl_info *info"],
    "start": ["struct netlink_callback *cb"],
    "dumpit": ["struct sk_buff *skb", "struct netlink_callback *cb"],
    "done": ["struct netlink_callback *cb"],
}


def prototype(member, function):
    """A prototype on one line or with one line per argument."""
    before = f"int {function}("
    line = before + ", ".join(ARGUMENTS[member]) + ");"
    if len(line) <= WIDTH:
        return line
    indent = "\t" * (len(before) // 8) + " " * (len(before) % 8)
    return before + f",\n{indent}".join(ARGUMENTS[member]) + ");"


def kernel_h(spec):
    family = c_lower(spec.family, "nl", "family")
    body = ["#include <net/genetlink.h>", "",
            f"#include <uapi/linux/{spec.family}.h>", ""]
    seen = set()
    for operation in spec.operations:
        for member, function in handlers(spec, operation):
            if function not in seen:
                body.append(prototype(member, function))
            seen.add(function)
    if spec.groups:
        body += ["", "enum {", *(f"\t{spec.group(g)}," for g in spec.groups),
                 "};"]
    body += ["", f"extern struct genl_family {family};"]
    return header(spec, LICENSE, "h") + guarded(f"_{c_upper(spec.family)}_NETLINK_GEN_H",
                                          body)


def policy_range(spec, set_name, attr):
    """The policy of a number and the range structure that it may need."""
    kind = c_upper("nla", attr["type"])
    low, high = (attr.get("checks", {}).get(k) for k in ("min", "max"))
    if "enum" in attr:
        high = len(spec.enums[attr["enum"]]["entries"]) - 1
    if low is None and high is None:
        return f"{{ .type = {kind}, }}", []
    if max(low or 0, high or 0) > SHORT_MAX:
        name = c_lower(set_name, attr["name"], "range")
        # not const: struct nla_policy of 6.1 has a pointer to non-const
        lines = [f"static struct netlink_range_validation {name} = {{"]
        lines += [f"\t.min = {low},"] if low is not None else []
        lines += [f"\t.max = {high},"] if high is not None else []
        return f"NLA_POLICY_FULL_RANGE({kind}, &{name})", lines + ["};", ""]
    if low is None:
        return f"NLA_POLICY_MAX({kind}, {high})", []
    if high is None:
        return f"NLA_POLICY_MIN({kind}, {low})", []
    return f"NLA_POLICY_RANGE({kind}, {low}, {high})", []


def policy_of(spec, set_name, attr):
    kind = attr["type"]
    if kind == "nest":
        nested = c_lower(spec.family, attr["nested-attributes"], "nl_policy")
        return f"NLA_POLICY_NESTED({nested})", []
    if kind == "string":
        most = attr.get("checks", {}).get("max-len")
        limit = f" .len = {most}," if most else ""
        return f"{{ .type = NLA_NUL_STRING,{limit} }}", []
    if kind == "binary":
        return f"NLA_POLICY_EXACT_LEN({attr['checks']['exact-len']})", []
    if kind == "flag":
        return "{ .type = NLA_FLAG, }", []
    if kind in ("u8", "u16", "u32", "u64"):
        return policy_range(spec, set_name, attr)
    sys.exit(f"{SELF}: no policy for {set_name}.{attr['name']}, type {kind}")


def policy_array(spec, array, set_name, attributes):
    ranges, entries = [], []
    for attr in attributes:
        policy, extra = policy_of(spec, set_name, attr)
        ranges += extra
        name = spec.attr(set_name, attr["name"])
        line = f"\t[{name}] = {policy},"
        if len(line) > WIDTH:
            line = f"\t[{name}] =\n\t\t{policy},"
        entries.append(line)
    last = spec.attr(set_name, attributes[-1]["name"])
    top = f"static const struct nla_policy {array}[{last} + 1] = {{"
    if len(top) > WIDTH:
        top = f"static const struct nla_policy\n{array}[{last} + 1] = {{"
    return ranges + [top, *entries, "};", ""]


def policies(spec):
    lines = []
    for name in spec.nested_in_requests():
        attributes = [a for a in spec.attributes(name) if a["type"] != "pad"]
        lines += policy_array(spec, c_lower(spec.family, name, "nl_policy"),
                              name, attributes)
    for operation in spec.operations:
        attributes = spec.request(operation)
        if attributes:
            name = c_lower(spec.family, operation["name"], "nl_policy")
            lines += policy_array(spec, name, operation["attribute-set"],
                                  attributes)
    return lines


def operation_entry(spec, operation):
    lines = ["\t{", f"\t\t.cmd\t\t= {spec.command(operation)},"]
    for member, function in handlers(spec, operation):
        lines.append(f"\t\t.{member}\t\t= {function},")
    attributes = spec.request(operation)
    if attributes:
        name = c_lower(spec.family, operation["name"], "nl_policy")
        last = spec.attr(operation["attribute-set"], attributes[-1]["name"])
        lines += [f"\t\t.policy\t\t= {name},", f"\t\t.maxattr\t= {last},"]
    if "admin-perm" in operation.get("flags", []):
        lines.append("\t\t.flags\t\t= GENL_ADMIN_PERM,")
    return lines + ["\t},"]


def groups(spec):
    """The multicast groups, which take a capability to join, and their use."""
    if not spec.groups:
        return [], []
    name = c_lower(spec.family, "nl", "mcgrps")
    lines = [f"static const struct genl_multicast_group {name}[] = {{"]
    for group in spec.groups:
        if group.get("flags") != ["uns-admin-perm"]:
            sys.exit(f"{SELF}: group {group['name']} lacks the flag uns-admin-perm")
        lines.append(f"\t[{spec.group(group)}] = "
                     f"SIP_IMS_MCGRP_ADMIN({spec.group_name(group)}),")
    members = [f"\t.mcgrps\t\t= {name},",
               f"\t.n_mcgrps\t= SIP_IMS_MCGRPS_ADMIN({name}),"]
    return lines + ["};", ""], members


def kernel_c(spec):
    name = c_lower(spec.family, "nl")
    compat = ["#include <compat/net/genetlink.h>", ""] if spec.groups else []
    body = ["#include <linux/module.h>", "#include <net/netlink.h>", "",
            *compat, '#include "netlink_gen.h"', ""]
    body += policies(spec)
    body += ["/* An operation without a policy refuses every attribute. */",
             f"static const struct genl_ops {name}_ops[] = {{"]
    for operation in spec.requests():
        body += operation_entry(spec, operation)
    upper = c_upper(spec.family)
    lines, members = groups(spec)
    body += ["};", "", *lines,
             f"struct genl_family {name}_family __ro_after_init = {{",
             f"\t.name\t\t= {upper}_FAMILY_NAME,",
             f"\t.version\t= {upper}_FAMILY_VERSION,",
             "\t.netnsok\t= true,",
             "\t.module\t\t= THIS_MODULE,",
             f"\t.ops\t\t= {name}_ops,",
             f"\t.n_ops\t\t= ARRAY_SIZE({name}_ops),", *members, "};"]
    return header(spec, LICENSE) + [""] + body


# ---- tools/sipims/*names_gen.[ch] -----------------------------------------

def names_h(spec):
    body = ['#include "names.h"', ""]
    for enum in spec.enums:
        body.append(f"extern const struct enumeration {c_lower(enum)}_names;")
    for set_name in spec.sets:
        body.append(f"extern const struct attr_set {spec.table(set_name)};")
    if spec.events():
        body.append("extern const struct enumeration event_names;")
    return header(spec, LICENSE, "h") + guarded(
        spec.tool_include_guard("names"), body)


def names_enum(enum):
    name = c_lower(enum["name"])
    lines = [f"const struct enumeration {name}_names = {{",
             f"\t.count = {len(enum['entries'])},", "\t.name = {"]
    lines += [f"\t\t{quoted(e['name'])}," for e in enum["entries"]]
    return lines + ["\t},", "};", ""]


def kind_of(attr):
    if attr.get("display-hint") == "ipv4-or-v6":
        return "KIND_ADDRESS"
    if attr.get("byte-order") == "big-endian":
        return c_upper("kind", "be", attr["type"][1:]).replace("BE_", "BE")
    return c_upper("kind", attr["type"])


def names_attr(spec, set_name, attr):
    lines = [f"\t\t[{spec.attr(set_name, attr['name'])}] = {{",
             f"\t\t\t.name = {quoted(attr['name'])},",
             f"\t\t\t.kind = {kind_of(attr)},"]
    if attr.get("multi-attr"):
        lines.append("\t\t\t.multi = true,")
    if "enum" in attr:
        lines.append(f"\t\t\t.values = &{c_lower(attr['enum'])}_names,")
    if "nested-attributes" in attr:
        lines.append(f"\t\t\t.nested = &{spec.table(attr['nested-attributes'])},")
    if doc_of(attr):
        lines.append(f"\t\t\t.doc = {quoted(doc_of(attr))},")
    return lines + ["\t\t},"]


def names_set(spec, set_name):
    lines = [f"const struct attr_set {spec.table(set_name)} = {{",
             f"\t.max = {spec.attr(set_name, 'max')},", "\t.attr = {"]
    for attr in spec.attributes(set_name):
        lines += names_attr(spec, set_name, attr)
    return lines + ["\t},", "};", ""]


def names_events(spec):
    """Names of the events, indexed by command."""
    if not spec.events():
        return []
    lines = ["const struct enumeration event_names = {",
             f"\t.count = {c_upper(spec.family, 'cmd', 'max')} + 1,",
             "\t.name = {"]
    lines += [f"\t\t[{spec.command(o)}] = {quoted(o['name'])},"
              for o in spec.events()]
    return lines + ["\t},", "};", ""]


def names_c(spec):
    body = [f"#include <linux/{spec.family}.h>", "",
            f'#include "{spec.tool_file("names")}.h"', ""]
    for enum in spec.enums.values():
        body += names_enum(enum)
    body += names_events(spec)
    for set_name in spec.sets:
        body += names_set(spec, set_name)
    return header(spec, LICENSE) + [""] + body[:-1]


# ---- tools/sipims/*keys_gen.h -----------------------------------------------

def define(name, value):
    """A #define whose value starts at column 48, or after a single space."""
    line = f"#define {name}"
    tabs = (47 - len(line)) // 8
    return line + ("\t" * tabs if tabs > 0 else " ") + value


def keys_h(spec):
    """The attribute names as constants, so that a misspelt key cannot compile."""
    body = []
    for set_name in spec.sets:
        names = [a["name"] for a in spec.attributes(set_name)
                 if a["type"] != "pad"]
        body += [define(spec.key(set_name, n), quoted(n)) for n in names]
        body.append("")
    return header(spec, LICENSE, "h") + guarded(
        spec.tool_include_guard("keys"), body[:-1])


# ---------------------------------------------------------------------------

def files(spec, directory):
    """Paths of the generated files and the functions that make their text."""
    tool = "tools/sipims"
    return {
        f"include/uapi/linux/{spec.family}.h": uapi,
        f"{directory}/netlink_gen.h": kernel_h,
        f"{directory}/netlink_gen.c": kernel_c,
        f"{tool}/{spec.tool_file('names')}.h": names_h,
        f"{tool}/{spec.tool_file('names')}.c": names_c,
        f"{tool}/{spec.tool_file('keys')}.h": keys_h,
    }


# Directory of the kernel code of each family
FAMILIES = {"sip_ims": "netlink", "trgw": "trgw"}


def stale(path, text):
    try:
        return (TOP / path).read_text(encoding="ascii") != text
    except (FileNotFoundError, UnicodeDecodeError):
        return True


def main():
    parser = argparse.ArgumentParser(description="Generate C code from the netlink specifications.")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; fail if a file is stale")
    check = parser.parse_args().check

    texts = {}
    for family, directory in FAMILIES.items():
        text = (TOP / SPECS / f"{family}.yaml").read_text(encoding="utf-8")
        spec = Spec(text)
        for path, make in files(spec, directory).items():
            texts[path] = "\n".join(make(spec)) + "\n"
    old = [path for path, text in texts.items() if stale(path, text)]
    if check and old:
        print(f"stale: {', '.join(old)}; run {SELF}", file=sys.stderr)
        return 1
    for path in old:
        (TOP / path).write_text(texts[path], encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
