#!/usr/bin/env python3
"""Verifies a palimpsest evidence bundle a second time, with nothing but Python's standard library.

    python3 verify.py [--json] [--root HEX] [--key PUBLIC.pem]... [DIR...]

DIR is the folder this file lies in unless given. Prints one line a check; exit code 0 if all hold, 4 if
one fails, 2 for a wrong call. The checks and their names are those of `palimpsest verify`. Nothing outside DIR is
read except the keys, no link is followed, and no file is opened that the manifest does not list with its size.

A bundle that was altered and sealed anew throughout passes, with another root: give the root that you were told,
or the public keys of those who signed, to exclude that. Run a copy of this file that you trust.
"""
# How a bundle hangs together, for whoever writes a third verifier:
#
# - Every JSON value is in canonical form (RFC 8785), one a line, each line ended by a line feed. H is SHA-256.
# - manifest.json lists every file with its size and H, except itself, run.json and signatures/. `root` is H of its
#   `content`, and is the same for every edition (counts, hashes, excerpt:N, full) of one audit.
# - `content.findings` and `content.coverage` are RFC 6962 trees. A leaf of coverage is {type, file} or
#   {type, problem}; a leaf of findings is {type, class, kind, document, rest}, where `document` numbers the suspect
#   documents in order and rest = H(0x12, salt, body). The body is the rest of the finding, with the document of each
#   side split at the span into before, passage and after.
# - In a body, a problem and the summary, every string that is not named below as open is replaced by its head. A text
#   is cut at 16, 32 ... 128, 192 ... 1024, 2048 ... characters (code points) and hashed from its end:
#   h = H(0x11, h of what follows, chunk), beginning with H(0x10, HMAC(secret, "text" 0x00 text)).
#   The head is the h of the whole text. The salt of a body is HMAC(secret, "body" 0x00 body), 16 bytes.
# - seals.jsonl of the full edition holds the secret. Other editions hold, in the order in which the texts come when
#   objects are walked by sorted keys, the h behind what is shown: alone if the text is whole, else after the number
#   of characters shown. A withheld text is shown as "#" and 12 digits of its head, or as nothing beside a passage.
# - The remaining parts of `content` are H of summary (with heads), parameters.json, corpora.json, case.json and
#   preregistration.json.
# - run.json names the root and H of the manifest, and holds H of itself without that digest.
# - signatures/<H of the public key>.dsse.json is a DSSE envelope over an in-toto statement (Ed25519).

import base64
import hashlib
import hmac
import itertools
import json
import os
import re
import stat
import sys

MAX_FILES = 2000
MAX_FOLDER_DEPTH = 4
MAX_DEPTH = 64
MAX_LINE_BYTES = 64 * 1024 * 1024
MAX_JSON_BYTES = 64 * 1024 * 1024
MAX_MANIFEST_BYTES = 4 * 1024 * 1024
MAX_SIGNATURE_BYTES = 64 * 1024
SAFE = 2**53 - 1
CUT_MARK = '\u2026'
CORE = ['case.json', 'corpora.json', 'coverage.jsonl', 'findings.jsonl', 'parameters.json', 'seals.jsonl',
        'summary.json', 'verify.py']
ROLES = ['suspect', 'reference', 'background', 'decoy', 'profile']
OUTCOMES = ['scanned', 'rejected', 'limited', 'skipped']
BYTE_OUTCOMES = ['bytesScanned', 'bytesRejected', 'bytesLimited', 'bytesSkipped']
OPEN_FINDING = {
    'id', 'class', 'kind', 'suspect.file', 'suspect.field', 'reference.index', 'reference.model', 'reference.file',
    'reference.field', 'competitor.side', 'competitor.index', 'edits[].op', 'edits[].kind',
    'alternatives[].explanation', 'alternatives[].evidence', 'originals[].path'}
OPEN_PROBLEM = {'file', 'outcome', 'code'}
OPEN_SUMMARY = {
    'prevalence.cannotSay', 'substitutions[].kind', 'substitutions[].examples[]', 'placeholders[].dialect',
    'placeholders[].kinds[]', 'style[].model', 'style[].prevalence.cannotSay', 'style[].closestConfusable[]',
    'style[].figures.habits[].kind', 'style[].figures.likeness.names[]', 'style[].figures.tippett.curves[].of',
    'references[].index', 'limits[]', 'baseline.sha256', 'baseline.today', 'baseline.states'}


# what an iterator gives when there is no more; a line of JSON may be null
END = object()


class Refused(Exception):
    """Something that no sound bundle holds."""


def need(holds, what):
    if not holds:
        raise Refused(what)


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest


# ---- canonical JSON (RFC 8785)

def number_text(value):
    """A double as ECMAScript writes it."""
    if value != value or value in (float('inf'), float('-inf')):
        raise Refused('a number that is not finite')
    if value == 0:
        return '0'
    sign = '-' if value < 0 else ''
    mantissa, _, exponent = repr(abs(value)).partition('e')
    whole, _, fraction = mantissa.partition('.')
    if fraction == '0':
        fraction = ''
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip('0')
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip('0')
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + '0' * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + '.' + digits[point:]
    if -6 < point <= 0:
        return sign + '0.' + '0' * -point + digits
    power = point - 1
    tail = '.' + digits[1:] if count > 1 else ''
    return '%s%s%se%s%d' % (sign, digits[0], tail, '+' if power > 0 else '-', abs(power))


string_text = json.encoder.encode_basestring


def units(text):
    """Sort key that orders text by UTF-16 units."""
    return text.encode('utf-16-be', 'surrogatepass')


def canonical(value, depth=0):
    if isinstance(value, str):
        return string_text(value)
    if value is None:
        return 'null'
    if value is True:
        return 'true'
    if value is False:
        return 'false'
    if isinstance(value, (float, int)):
        return number_text(float(value))
    need(depth < MAX_DEPTH, 'nested deeper than %d' % MAX_DEPTH)
    if isinstance(value, list):
        return '[' + ','.join([canonical(entry, depth + 1) for entry in value]) + ']'
    keys = sorted(value, key=units)
    return '{' + ','.join([string_text(key) + ':' + canonical(value[key], depth + 1) for key in keys]) + '}'


def canonical_bytes(value):
    return canonical(value).encode('utf-8')


def refuse_constant(name):
    raise Refused('a number that is not finite')


def parse_canonical(data, where):
    try:
        text = data.decode('utf-8')
        value = json.loads(text, parse_int=float, parse_float=float, parse_constant=refuse_constant)
        same = canonical(value) == text
    except (ValueError, RecursionError) as error:
        raise Refused('%s: not JSON' % where) from error
    need(same, '%s: not in canonical form (RFC 8785)' % where)
    return value


# ---- files

SEGMENT = re.compile(r'[A-Za-z0-9][A-Za-z0-9._-]{0,99}')
RESERVED = re.compile(r'(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)', re.IGNORECASE)


def is_safe_name(name):
    return bool(SEGMENT.fullmatch(name)) and not name.endswith('.') and not RESERVED.match(name)


def is_safe_path(path):
    segments = path.split('/')
    return len(segments) <= MAX_FOLDER_DEPTH and all(is_safe_name(name) for name in segments)


def list_folder(top):
    files = {}

    def walk(prefix, depth):
        need(depth <= MAX_FOLDER_DEPTH, '%s: folders nested too deep' % prefix)
        with os.scandir(os.path.join(top, prefix)) as entries:
            names = [entry.name for entry in itertools.islice(entries, MAX_FILES + 1)]
        need(len(names) <= MAX_FILES, 'more than %d files' % MAX_FILES)
        need(names or prefix == '', '%s: empty folder' % prefix)
        for name in names:
            path = prefix + name
            need(is_safe_name(name), '%r: not a name that a bundle uses' % path)
            info = os.lstat(os.path.join(top, path))
            if stat.S_ISDIR(info.st_mode):
                walk(path + '/', depth + 1)
            else:
                need(stat.S_ISREG(info.st_mode), '%s: expected a plain file, got a link or device' % path)
                files[path] = info.st_size
            need(len(files) <= MAX_FILES, 'more than %d files' % MAX_FILES)

    walk('', 1)
    need(len({path.lower() for path in files}) == len(files), 'two files differ only in case')
    return files


class Folder:
    """The listed files of one bundle."""

    def __init__(self, top):
        self.top = top
        self.sizes = list_folder(top)

    def blocks(self, path):
        size = self.sizes[path]
        flags = os.O_RDONLY | getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_NONBLOCK', 0) | getattr(os, 'O_BINARY', 0)
        handle = os.open(os.path.join(self.top, path), flags)
        with os.fdopen(handle, 'rb') as file:
            info = os.fstat(handle)
            need(stat.S_ISREG(info.st_mode) and info.st_size == size, '%s: changed while it was read' % path)
            while size > 0:
                block = file.read(min(size, 1 << 20))
                need(block, '%s: changed while it was read' % path)
                size -= len(block)
                yield block

    def whole(self, path, limit):
        need(path in self.sizes, '%s: missing' % path)
        need(self.sizes[path] <= limit, '%s: too large' % path)
        return b''.join(self.blocks(path))

    def json(self, path):
        data = self.whole(path, MAX_JSON_BYTES)
        need(data.endswith(b'\n'), '%s: the last line has no end' % path)
        return parse_canonical(data[:-1], path)

    def lines(self, path):
        begun = b''
        number = 0
        for block in self.blocks(path):
            parts = (begun + block).split(b'\n')
            begun = parts.pop()
            need(len(begun) <= MAX_LINE_BYTES, '%s: line too long' % path)
            for line in parts:
                number += 1
                yield parse_canonical(line, '%s:%d' % (path, number))
        need(begun == b'', '%s: the last line has no end' % path)


# ---- manifest

def is_hex(value):
    return isinstance(value, str) and re.fullmatch('[0-9a-f]{64}', value) is not None


def is_size(value):
    return isinstance(value, float) and value.is_integer() and 0 <= value <= SAFE


def has_keys(value, *keys):
    return isinstance(value, dict) and set(value) == set(keys)


def is_tree(value):
    return has_keys(value, 'size', 'root') and is_size(value['size']) and is_hex(value['root'])


def is_outside(path):
    return path in ('manifest.json', 'run.json') or path.startswith('signatures/')


def is_content(value):
    return (
        has_keys(value, 'schema', 'findings', 'coverage', 'summary', 'parameters', 'corpora', 'case',
                 'preregistration')
        and value['schema'] == 1 and value['schema'] is not True
        and is_tree(value['findings']) and is_tree(value['coverage'])
        and all(is_hex(value[part]) for part in ('summary', 'parameters', 'corpora', 'case'))
        and (value['preregistration'] is None or is_hex(value['preregistration'])))


def check_folder(folder):
    data = folder.whole('manifest.json', MAX_MANIFEST_BYTES)
    need(data.endswith(b'\n'), 'manifest.json: the last line has no end')
    manifest = parse_canonical(data[:-1], 'manifest.json')
    need(has_keys(manifest, 'schema', 'tool', 'edition', 'root', 'content', 'files'), 'manifest.json: parts')
    need(manifest['schema'] == 1 and manifest['schema'] is not True, 'manifest.json: schema')
    need(manifest['tool'] == 'palimpsest', 'manifest.json: tool')
    edition = manifest['edition']
    need(isinstance(edition, str), 'manifest.json: edition')
    need(re.fullmatch('counts|hashes|full|excerpt:(?:0|[1-9][0-9]{0,8})', edition), 'manifest.json: edition')
    need(is_hex(manifest['root']) and is_content(manifest['content']), 'manifest.json: content')
    need(isinstance(manifest['files'], list), 'manifest.json: files')
    listed = []
    for file in manifest['files']:
        need(has_keys(file, 'path', 'bytes', 'sha256'), 'manifest.json: file')
        path = file['path']
        need(isinstance(path, str) and is_safe_path(path), 'manifest.json: a path that no bundle uses')
        need(is_size(file['bytes']) and is_hex(file['sha256']), 'manifest.json: size or digest')
        need(not listed or listed[-1] < path, 'manifest.json: %s is repeated or out of order' % path)
        need(not is_outside(path), 'manifest.json: %s may not be listed' % path)
        need(path in folder.sizes, '%s: missing' % path)
        need(folder.sizes[path] == file['bytes'], '%s: another size than in the manifest' % path)
        listed.append(path)
    need(len({path.lower() for path in listed}) == len(listed), 'manifest.json: paths differ only in case')
    need(all(path in listed for path in CORE), 'manifest.json: a file that every bundle has is not listed')
    need(sha256(canonical_bytes(manifest['content'])).hexdigest() == manifest['root'],
         'manifest.json: the root is not that of the content')
    for path in folder.sizes:
        need(path in listed or is_outside(path), '%s: not in the manifest' % path)
    need('run.json' in folder.sizes, 'run.json: missing')
    return manifest, sha256(data).hexdigest()


def check_digests(folder, manifest):
    total = 0
    for file in manifest['files']:
        digest = hashlib.sha256()
        for block in folder.blocks(file['path']):
            digest.update(block)
            total += len(block)
        need(digest.hexdigest() == file['sha256'], '%s: another SHA-256 than in the manifest' % file['path'])
    return total


# ---- trees and commitments

class Tree:
    """RFC 6962 tree, grown leaf by leaf."""

    def __init__(self):
        self.size = 0
        self.peaks = []

    def add(self, value):
        peak = sha256(b'\0', canonical_bytes(value)).digest()
        rest = self.size
        while rest % 2 == 1:
            peak = sha256(b'\1', self.peaks.pop(), peak).digest()
            rest //= 2
        self.peaks.append(peak)
        self.size += 1

    def summary(self):
        if not self.peaks:
            return {'size': 0, 'root': sha256().hexdigest()}
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = sha256(b'\1', peak, root).digest()
        return {'size': self.size, 'root': root.hex()}


def grid_of(length):
    grid = [0]
    at = 0
    while at < length:
        at += 16 if at < 128 else 64 if at < 1024 else 1024
        grid.append(min(at, length))
    return grid


def fold_chain(text, rest):
    grid = grid_of(len(text))
    digest = bytes.fromhex(rest)
    for start, end in reversed(list(zip(grid, grid[1:]))):
        digest = sha256(b'\x11', digest, text[start:end].encode('utf-8')).digest()
    return digest.hex()


def is_blank_path(path):
    return path.endswith('.before') or path.endswith('.after')


def head_of(shown, seal, path):
    if isinstance(seal, str):
        return fold_chain(shown, seal)
    count, rest = seal
    if count == 0:
        need(shown == ('' if is_blank_path(path) else '#' + rest[:12]), '%s: does not fit its seal' % path)
        return rest
    need(shown.endswith(CUT_MARK) and len(shown) - 1 == count, '%s: does not fit its seal' % path)
    return fold_chain(shown[:-1], rest)


def map_texts(value, opened, visit, path=''):
    if isinstance(value, str):
        return value if path in opened else visit(value, path)
    if isinstance(value, list):
        return [map_texts(entry, opened, visit, path + '[]') for entry in value]
    if not isinstance(value, dict):
        return value
    return {key: map_texts(value[key], opened, visit, path + '.' + key if path else key)
            for key in sorted(value, key=units)}


def utf16_slice(data, start, end):
    """Units of UTF-16LE data as text; a half of a pair becomes U+FFFD."""
    text = data[2 * start:2 * end].decode('utf-16-le', 'surrogatepass')
    return re.sub('[\ud800-\udfff]', '\ufffd', text)


def split_side(side):
    place = {key: entry for key, entry in side.items() if key not in ('text', 'excerpt')}
    if 'text' in side:
        data = side['text'].encode('utf-16-le')
        start, end = int(side['span'][0]), int(side['span'][1])
        length = len(data) // 2
        return dict(place, before=utf16_slice(data, 0, start), passage=utf16_slice(data, start, end),
                    after=utf16_slice(data, end, length))
    if 'excerpt' in side:
        return dict(place, before='', passage=side['excerpt'], after='')
    return place


class Seals:
    """Hands out seals in step with what they seal, and holds them to their edition."""

    def __init__(self, edition, lines):
        self.edition = edition
        self.lines = lines
        self.secret = None
        self.summary = []
        if edition == 'full':
            secret = self.take('bundle', 'secret')['secret']
            need(is_hex(secret), 'seals.jsonl: expected a secret of 32 bytes')
            self.secret = bytes.fromhex(secret)
        else:
            self.summary = self.take('summary', 'texts')['texts']

    def take(self, of, *parts):
        line = next(self.lines, None)
        need(has_keys(line, 'of', *parts) and line['of'] == of, 'seals.jsonl: expected a seal of a %s' % of)
        return line

    def limit(self, path):
        if is_blank_path(path) or path in ('originals[].sha256', 'fingerprint'):
            return 0
        return int(self.edition[len('excerpt:'):]) if self.edition.startswith('excerpt:') else 0

    def map(self, value, opened, seals):
        """The value with each text replaced by its head."""
        if self.secret is not None:
            return map_texts(value, opened, self.head_from_secret)
        need(isinstance(seals, list), 'seals.jsonl: not a list of seals')
        for seal in seals:
            is_cut = isinstance(seal, list) and len(seal) == 2 and is_size(seal[0]) and is_hex(seal[1])
            need(is_cut or is_hex(seal), 'seals.jsonl: not a seal of a text')
        rest = iter(seals)

        def visit(shown, path):
            seal = next(rest, END)
            need(seal is not END, 'seals.jsonl: fewer seals than texts')
            length = len(shown) if isinstance(seal, str) else seal[0]
            need(length <= self.limit(path), '%s: shows more than its edition' % path)
            return head_of(shown, seal, path)

        mapped = map_texts(value, opened, visit)
        need(next(rest, END) is END, 'seals.jsonl: more seals than texts')
        return mapped

    def head_from_secret(self, text, _path):
        salt = hmac.digest(self.secret, b'text\0' + text.encode('utf-8'), 'sha256')
        return fold_chain(text, sha256(b'\x10', salt).hexdigest())

    def stub(self, finding, document):
        split = {key: entry for key, entry in finding.items() if key not in ('class', 'kind')}
        split['suspect'] = split_side(finding['suspect'])
        split['reference'] = split_side(finding['reference'])
        if self.secret is not None:
            body = canonical_bytes(self.map(split, OPEN_FINDING, []))
            salt = hmac.digest(self.secret, b'body\0' + body, 'sha256')[:16]
        else:
            seal = self.take('finding', 'salt', 'texts')
            need(isinstance(seal['salt'], str) and re.fullmatch('[0-9a-f]{32}', seal['salt']), 'seals.jsonl: salt')
            salt = bytes.fromhex(seal['salt'])
            body = canonical_bytes(self.map(split, OPEN_FINDING, seal['texts']))
        return {'class': finding['class'], 'kind': finding['kind'], 'document': document,
                'rest': sha256(b'\x12', salt, body).hexdigest()}


# ---- content

class Tally:
    """Documents by the best class of their findings."""

    def __init__(self):
        self.documents = {'A': 0, 'B': 0, 'C': 0}
        self.document = -1
        self.best = None
        self.findings = []

    def add(self, stub):
        need(stub['class'] in ('A', 'B', 'C') and is_kind(stub['kind']) and is_hex(stub['rest']), 'seals.jsonl: stub')
        self.findings.append((stub['class'], stub['document']))
        if stub['document'] == self.document:
            if stub['class'] >= self.best:
                return
            self.documents[self.best] -= 1
        else:
            need(stub['document'] == self.document + 1, 'seals.jsonl: documents are not numbered in order')
            self.document = stub['document']
        self.best = stub['class']
        self.documents[self.best] += 1


def is_kind(kind):
    return kind in ('verbatim', 'anonymised', 'edited', 'passage')


def is_span(span):
    return isinstance(span, list) and len(span) == 2 and all(map(is_size, span)) and span[0] <= span[1]


def check_explained(explained, passage, where):
    need(isinstance(explained, dict), '%s: explained' % where)
    for by, spans in explained.items():
        need(by in ('prompt', 'background', 'complexity') and isinstance(spans, list), '%s: explained' % where)
        at = passage[0]
        for span in spans:
            need(is_span(span) and span[0] >= at and span[1] <= passage[1], '%s: explained by %s' % (where, by))
            at = span[1]


def check_shape(finding, edition, where):
    need(isinstance(finding, dict) and isinstance(finding.get('id'), str), '%s: expected an id' % where)
    need(finding.get('class') in ('A', 'B', 'C') and is_kind(finding.get('kind')), '%s: class or kind' % where)
    texts = []
    for name in ('suspect', 'reference'):
        side = finding.get(name)
        need(isinstance(side, dict), '%s: %s' % (where, name))
        need(isinstance(side.get('file'), str) and isinstance(side.get('field'), str), '%s: file or field' % where)
        need(is_size(side.get('record')) and is_span(side.get('span')), '%s: record or span' % where)
        need(('excerpt' if edition == 'full' else 'text') not in side, '%s: a text of another edition' % where)
        need(all(isinstance(side.get(key, ''), str) for key in ('text', 'excerpt')), '%s: text' % where)
        texts.append(side['text'].encode('utf-16-le') if 'text' in side else None)
        if texts[-1] is not None:
            need(2 * side['span'][1] <= len(texts[-1]), '%s: span beyond the text' % where)
    need(isinstance(finding['reference'].get('index'), str), '%s: index' % where)
    tokens, distinctive = finding.get('tokens'), finding.get('distinctiveTokens')
    need(is_size(tokens) and is_size(distinctive) and distinctive <= tokens, '%s: tokens' % where)
    if 'explained' in finding:
        check_explained(finding['explained'], finding['suspect']['span'], where)
    need(isinstance(finding.get('edits'), list), '%s: edits' % where)
    for edit in finding['edits']:
        need(isinstance(edit, dict) and edit.get('op') in ('replace', 'delete', 'insert', 'move'), '%s: edit' % where)
        need(is_span(edit.get('suspect')) and is_span(edit.get('reference')), '%s: edit' % where)
        if edition == 'full':
            for data, span, stated in ((texts[0], 'suspect', 'to'), (texts[1], 'reference', 'from')):
                if data is not None:
                    start, end = edit[span]
                    said = data[2 * int(start):2 * int(end)].decode('utf-16-le', 'surrogatepass')
                    need(said == edit.get(stated), '%s: an edit is not what the text says' % where)


def add_findings(folder, manifest, seals, tally, tree):
    edition = manifest['edition']
    lines = folder.lines('findings.jsonl')
    if edition == 'counts':
        need(next(lines, END) is END, 'findings.jsonl: an edition of counts holds no findings')
        for _ in range(int(manifest['content']['findings']['size'])):
            stub = seals.take('finding', 'class', 'document', 'kind', 'rest')
            del stub['of']
            tally.add(stub)
            tree.add(dict(stub, type='finding'))
        return
    ids = set()
    previous = None
    document = -1
    for finding in lines:
        where = 'findings.jsonl:%d' % (tree.size + 1)
        check_shape(finding, edition, where)
        suspect, reference = finding['suspect'], finding['reference']
        place = (units(suspect['file']), suspect['record'], units(suspect['field']))
        key = place + (suspect['span'], units(reference['index']), reference['record'], units(finding['id']))
        need(finding['id'] not in ids, '%s: id is repeated' % where)
        need(previous is None or previous < key, '%s: out of order' % where)
        if previous is None or previous[:3] != place:
            document += 1
        ids.add(finding['id'])
        previous = key
        stub = seals.stub(finding, document)
        tally.add(stub)
        tree.add(dict(stub, type='finding'))


def add_coverage(folder, seals, tree):
    files, problems, names = [], [], set()
    for line in folder.lines('coverage.jsonl'):
        need(isinstance(line, dict), 'coverage.jsonl: entry')
        entry = line.pop('entry', None)
        if entry == 'file':
            need(not problems and isinstance(line.get('file'), str), 'coverage.jsonl: file')
            names.add(line['file'])
            files.append(line)
            tree.add({'type': 'file', 'file': line})
        else:
            need(entry == 'problem' and isinstance(line.get('file'), str) and line['file'] in names,
                 'coverage.jsonl: a problem of no file')
            problems.append(line)
            texts = [] if seals.secret is not None else seals.take('problem', 'texts')['texts']
            tree.add({'type': 'problem', 'problem': seals.map(line, OPEN_PROBLEM, texts)})
    return files


def chain_entries(entries):
    previous = None
    linked = []
    for entry in entries:
        linked.append(dict(entry, previous=previous))
        previous = sha256(canonical_bytes(linked[-1])).hexdigest()
    return linked


def digest_of(value):
    return sha256(canonical_bytes(value)).hexdigest()


def describe_case(stated, files, parameters, corpora, fixed, findings_root):
    """What case.json must hold, given the parts of it that are the auditor's own."""
    header = stated.get('header')
    need(header is None or isinstance(header, dict), 'case.json: header')
    custody = [] if header is None else stated.get('custody')
    need(isinstance(custody, list) and all(isinstance(entry, dict) for entry in custody), 'case.json: custody')
    parts = ('file', 'sizeBytes', 'sha256', 'chain', 'layout')
    inventory = [dict({part: file[part] for part in parts if part in file}, item=i + 1)
                 for i, file in enumerate(files)]
    errors = stated.get('releaseErrors')
    if errors is None or (isinstance(errors, dict) and isinstance(errors.get('cannotSay'), str)):
        errors = {'cannotSay': 'this release ships no error table'}
    others = [corpus for corpus in corpora if corpus.get('role') != 'suspect']
    default = {'schema': 1, 'parameters': parameters, 'corpora': others}
    return {
        'schema': 1,
        'header': header,
        'custody': chain_entries({key: entry[key] for key in entry if key != 'previous'} for entry in custody),
        'inventory': inventory,
        'order': chain_entries([
            {'step': 'parameters and references fixed', 'preregistered': fixed is not None,
             'sha256': digest_of(default if fixed is None else fixed)},
            {'step': 'suspect inventoried', 'sha256': digest_of(inventory)},
            {'step': 'findings sealed', 'sha256': findings_root}]),
        'releaseErrors': errors,
    }


def check_content(folder, manifest, wanted_root):
    seals = Seals(manifest['edition'], folder.lines('seals.jsonl'))
    summary = folder.json('summary.json')
    summary_body = seals.map(summary, OPEN_SUMMARY, seals.summary)
    tally, findings, coverage = Tally(), Tree(), Tree()
    add_findings(folder, manifest, seals, tally, findings)
    files = add_coverage(folder, seals, coverage)
    need(next(seals.lines, END) is END, 'seals.jsonl: more lines than the bundle has texts')
    parameters = folder.json('parameters.json')
    corpora = folder.json('corpora.json')
    fixed = folder.json('preregistration.json') if 'preregistration.json' in folder.sizes else None
    need(isinstance(corpora, list) and all(isinstance(corpus, dict) for corpus in corpora), 'corpora.json')
    case = folder.json('case.json')
    need(isinstance(case, dict), 'case.json')
    expected = describe_case(case, files, parameters, corpora, fixed, findings.summary()['root'])
    need(canonical(expected) == canonical(case), 'case.json: does not fit the rest')
    content = {
        'schema': 1,
        'findings': findings.summary(),
        'coverage': coverage.summary(),
        'summary': digest_of(summary_body),
        'parameters': digest_of(parameters),
        'corpora': digest_of(corpora),
        'case': digest_of(case),
        'preregistration': None if 'preregistration.json' not in folder.sizes else digest_of(fixed),
    }
    for part in content:
        need(canonical(content[part]) == canonical(manifest['content'][part]),
             '%s: does not lead to the root of the manifest' % part)
    need(wanted_root is None or wanted_root.lower() == manifest['root'], 'expected another root')
    return summary, files, tally, parameters, corpora, fixed


def check_balance(counts, where):
    need(isinstance(counts, dict), '%s: counts' % where)
    for key in ['recordsIn', 'bytesIn', *OUTCOMES, *BYTE_OUTCOMES]:
        need(is_size(counts.get(key)), '%s: %s' % (where, key))
    need(sum(counts[key] for key in OUTCOMES) == counts['recordsIn'], '%s: records do not balance' % where)
    need(sum(counts[key] for key in BYTE_OUTCOMES) == counts['bytesIn'], '%s: bytes do not balance' % where)


def check_sums(summary, files, tally):
    need(summary['schema'] == 1 and summary['schema'] is not True, 'summary.json: schema')
    totals = summary['coverage']
    check_balance(totals, 'summary.json')
    need(totals['files'] == len(files) and totals['files'] is not True, 'summary.json: files')
    for file in files:
        check_balance(file, file['file'])
        need(is_size(file.get('documents')), '%s: documents' % file['file'])
    for key in ['recordsIn', 'bytesIn', 'documents', *OUTCOMES, *BYTE_OUTCOMES]:
        need(is_size(totals.get(key)) and sum(file[key] for file in files) == totals[key], 'summary.json: %s' % key)
    stated = summary['documents']
    for name in 'ABC':
        need(is_size(stated['class' + name]) and stated['class' + name] == tally.documents[name],
             'summary.json: documents of class %s' % name)
    need(is_size(stated['n']) and sum(tally.documents.values()) <= stated['n'], 'summary.json: documents')
    if 'baseline' in summary:
        check_baseline(summary['baseline'], tally.findings)
    return '%d records and %d bytes balance' % (totals['recordsIn'], totals['bytesIn'])


def check_baseline(reading, findings):
    """What a baseline says of each finding leads to the numbers by state and class."""
    need(isinstance(reading, dict) and isinstance(reading.get('states'), str), 'summary.json: baseline')
    need(len(reading['states']) == len(findings), 'summary.json: baseline.states')
    names = {'n': 'new', 'k': 'known', 'e': 'expired'}
    counts = {part: dict.fromkeys('ABC', 0) for part in ['new', 'known', 'expired', 'documents']}
    best = {}
    for letter, (grade, document) in zip(reading['states'], findings):
        need(letter in names, 'summary.json: baseline.states')
        counts[names[letter]][grade] += 1
        if letter != 'k':
            best[document] = min(grade, best.get(document, 'C'))
    for grade in best.values():
        counts['documents'][grade] += 1
    for part in counts:
        stated = reading.get(part)
        need(isinstance(stated, dict), 'summary.json: baseline.%s' % part)
        for grade in 'ABC':
            number = stated.get('class' + grade)
            need(is_size(number) and number == counts[part][grade], 'summary.json: baseline.%s' % part)


def check_order(parameters, corpora, fixed):
    for corpus in corpora:
        need(corpus.get('role') in ROLES, 'corpora.json: role')
        need(isinstance(corpus.get('name'), str) and is_hex(corpus.get('sha256')), 'corpora.json: name or digest')
    if fixed is None:
        return 'parameters were not fixed beforehand'
    need(has_keys(fixed, 'schema', 'parameters', 'corpora'), 'preregistration.json: parts')
    need(fixed['schema'] == 1 and fixed['schema'] is not True, 'preregistration.json: schema')
    need(isinstance(fixed['parameters'], dict) and isinstance(parameters, dict), 'preregistration.json: parameters')
    for key in fixed['parameters']:
        need(key in parameters and canonical(fixed['parameters'][key]) == canonical(parameters[key]),
             'preregistration.json: %s changed afterwards' % key)
    used = [corpus for corpus in corpora if corpus['role'] != 'suspect']
    used.sort(key=lambda corpus: (ROLES.index(corpus['role']), units(corpus['name']), units(corpus['sha256'])))
    need(canonical(used) == canonical(fixed['corpora']), 'preregistration.json: corpora changed afterwards')
    return 'parameters and references are those that were fixed beforehand'


def check_run(folder, manifest, manifest_digest):
    run = folder.json('run.json')
    need(isinstance(run, dict) and isinstance(run.get('facts'), dict), 'run.json: facts')
    content = {'schema': 1, 'facts': run['facts'], 'root': manifest['root'], 'manifest': manifest_digest}
    need(canonical(dict(content, digest=digest_of(content))) == canonical(run), 'run.json: belongs to another bundle')
    times = [run['facts'].get(key, '') for key in ('preregisteredAt', 'suspectOpenedAt')]
    need(all(isinstance(time, str) for time in times), 'run.json: times')
    if '' not in times:
        need(units(times[0]) <= units(times[1]), 'run.json: the suspect was opened before parameters were fixed')
    return sha256(folder.whole('run.json', MAX_JSON_BYTES)).hexdigest()


# ---- Ed25519 (RFC 8032), verification only

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(data):
    number = int.from_bytes(data, 'little')
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def add_points(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    return ((f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P)


def multiply(scalar, base):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add_points(result, base)
        base = add_points(base, base)
        scalar >>= 1
    return result


def encode_point(value):
    inverse = pow(value[2], P - 2, P)
    x, y = value[0] * inverse % P, value[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, 'little')


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def verify_ed25519(key, message, signature):
    if len(signature) != 64:
        return False
    public = point(key)
    scalar = int.from_bytes(signature[32:], 'little')
    if public is None or scalar >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % L
    negative = (P - public[0], public[1], 1, P - public[3])
    return encode_point(add_points(multiply(scalar, BASE), multiply(challenge, negative))) == signature[:32]


# ---- signatures (DSSE, in-toto)

PAYLOAD_TYPE = 'application/vnd.in-toto+json'
KEY_PREFIX = bytes.fromhex('302a300506032b6570032100')


def parse_pem(data):
    match = re.fullmatch(b'-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]{60})\n-----END PUBLIC KEY-----\n', data)
    need(match, 'a public key is not one of Ed25519')
    key = base64.b64decode(match.group(1))
    need(base64.b64encode(key) == match.group(1) and key.startswith(KEY_PREFIX) and len(key) == 44,
         'a public key is not one of Ed25519')
    return key


def strict_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused('not base64') from error
    need(base64.b64encode(data).decode('ascii') == text, 'not base64')
    return data


def check_signature(folder, key_id, manifest, manifest_digest, run_digest):
    path = 'signatures/%s.dsse.json' % key_id
    data = folder.whole(path, MAX_SIGNATURE_BYTES)
    need(data.endswith(b'\n'), '%s: the last line has no end' % path)
    envelope = parse_canonical(data[:-1], path)
    need(has_keys(envelope, 'payload', 'payloadType', 'signatures'), '%s: not a DSSE envelope' % path)
    need(envelope['payloadType'] == PAYLOAD_TYPE, '%s: another payload type' % path)
    signatures = envelope['signatures']
    need(isinstance(signatures, list) and len(signatures) == 1, '%s: expected one signature' % path)
    need(has_keys(signatures[0], 'keyid', 'sig') and signatures[0]['keyid'] == key_id, '%s: key id' % path)
    need(isinstance(signatures[0]['sig'], str) and isinstance(envelope['payload'], str), '%s: envelope' % path)
    payload, signature = strict_base64(envelope['payload']), strict_base64(signatures[0]['sig'])
    statement = parse_canonical(payload, path)
    need(isinstance(statement, dict) and isinstance(statement.get('predicate'), dict), '%s: statement' % path)
    signer = statement['predicate'].get('signer', False)
    need(signer is None or isinstance(signer, str), '%s: signer' % path)
    pem = statement['predicate'].get('publicKey')
    need(isinstance(pem, str) and pem.isascii(), '%s: public key' % path)
    key = parse_pem(pem.encode('ascii'))
    need(sha256(key).hexdigest() == key_id, '%s: its public key has another id' % path)
    expected = {
        '_type': 'https://in-toto.io/Statement/v1',
        'subject': [
            {'name': 'root', 'digest': {'sha256': manifest['root']}},
            {'name': 'manifest.json', 'digest': {'sha256': manifest_digest}},
            {'name': 'run.json', 'digest': {'sha256': run_digest}}],
        'predicateType': 'urn:palimpsest:audit:1',
        'predicate': {'edition': manifest['edition'], 'publicKey': pem, 'signer': signer},
    }
    need(canonical_bytes(expected) == payload, '%s: signs something else than this bundle' % path)
    kind = PAYLOAD_TYPE.encode('ascii')
    message = b'DSSEv1 %d %s %d %s' % (len(kind), kind, len(payload), payload)
    need(verify_ed25519(key[12:], message, signature), '%s: the signature is wrong' % path)
    return '%s (%s)' % (key_id, json.dumps(signer)) if signer is not None else key_id


def check_signatures(folder, manifest, manifest_digest, run_digest, wanted):
    found = {}
    for path in sorted(folder.sizes):
        if path.startswith('signatures/'):
            match = re.fullmatch(r'signatures/([0-9a-f]{64})\.dsse\.json', path)
            need(match, '%s: not a file that signatures consist of' % path)
            key_id = match.group(1)
            found[key_id] = check_signature(folder, key_id, manifest, manifest_digest, run_digest)
    need(all(key_id in found for key_id in wanted), 'a signature that was asked for is missing')
    if not found:
        return 'unsigned: integrity only'
    return '; '.join('%s: %s' % (name, 'key given' if key_id in wanted else 'key not known from elsewhere')
                     for key_id, name in found.items())


def verify(top, root=None, keys=()):
    """All checks of one bundle: a list of (name, ok, detail)."""
    checks = []

    def attempt(name, check):
        try:
            result = check()
            checks.append((name, True, result if isinstance(result, str) else ''))
            return result
        except (Refused, OSError) as error:
            checks.append((name, False, str(error)))
        except (TypeError, KeyError, ValueError, AttributeError, IndexError, OverflowError, RecursionError) as error:
            checks.append((name, False, 'not what a bundle holds: %s' % error))
        return None

    folder = attempt('folder', lambda: Folder(top))
    if folder is None:
        return checks
    checks.pop()
    opened = attempt('folder', lambda: check_folder(folder))
    if opened is None:
        return checks
    manifest, manifest_digest = opened
    if attempt('digests', lambda: '%d bytes match their SHA-256' % check_digests(folder, manifest)) is None:
        return checks
    content = attempt('content', lambda: check_content(folder, manifest, root))
    if content is not None:
        summary, files, tally, parameters, corpora, fixed = content
        checks[-1] = ('content', True, 'edition %s, root %s' % (manifest['edition'], manifest['root']))
        attempt('sums', lambda: check_sums(summary, files, tally))
        attempt('order', lambda: check_order(parameters, corpora, fixed))
    run_digest = attempt('run', lambda: check_run(folder, manifest, manifest_digest))
    if run_digest is not None:
        attempt('signatures', lambda: check_signatures(folder, manifest, manifest_digest, run_digest, keys))
    return checks


def printable(text):
    """Text with everything that a terminal could act upon escaped."""
    return text.encode('ascii', 'backslashreplace').decode('ascii').translate(
        {code: '\\x%02x' % code for code in [*range(32), 127]})


def main(arguments):
    as_json, root, keys, folders = False, None, [], []
    rest = iter(arguments)
    for argument in rest:
        if argument == '--json':
            as_json = True
        elif argument == '--root':
            root = next(rest, '')
        elif argument == '--key':
            try:
                with open(next(rest, ''), 'rb') as file:
                    keys.append(sha256(parse_pem(file.read(MAX_SIGNATURE_BYTES))).hexdigest())
            except (OSError, Refused) as error:
                print('--key: %s' % error, file=sys.stderr)
                return 2
        elif argument.startswith('-'):
            print(__doc__.strip(), file=sys.stderr)
            return 2
        else:
            folders.append(argument)
    failed = False
    for top in folders or [os.path.dirname(os.path.abspath(__file__))]:
        checks = verify(top, root, keys)
        ok = all(check[1] for check in checks)
        failed = failed or not ok
        if as_json:
            print(json.dumps({'dir': top, 'ok': ok, 'checks': [
                {'name': name, 'ok': holds, 'detail': detail} for name, holds, detail in checks]}))
        else:
            for name, holds, detail in checks:
                print('%-6s %-10s %s' % ('ok' if holds else 'FAILED', name, printable(detail)))
    return 4 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
