/**
 * What a gdb with Python can be asked in one command: the frames low to high, and two more, with stack pointer and place; of low to high every variable with type, size, value and
 * place. It is the quick way (a command for each frame costs up to a millisecond apiece); frames.ts, registers.ts and frame-variables.ts get the same from machine-interface
 * commands. Both are compared in the tests.
 *
 * Each frame is selected while its variables are read, so that values print in its language and the bounds of variable-length arrays are its own. The command's --thread makes gdb
 * put the user's selection back, and tell nobody.
 *
 * Answers with a JSON object, compressed and in base64 (gdb writes half a byte in a microsecond): fs is fs_base; frames is a list, each with pc, sp, bp (hex), n name, m module, f file, F its full name, l line, v variables. A variable has n name, a is an
 * argument, t type, z size, g is an aggregate, v value, o optimised out, p place (hex), w gdb's words when there is no place, r text of `info address` for a reference, s shadowed
 * by a variable of an inner block (places are right all the same).
 */
const SCRIPT = String.raw`
import base64, gdb, json, re, zlib
_vmatlas_braces = re.compile(r'\{[^{}]*\}')
def _vmatlas_stack(low, high, limit):
    frame = gdb.newest_frame()
    level = 0
    answer = {'frames': []}
    try:
        answer['fs'] = hex(int(frame.read_register('fs_base')) & 0xffffffffffffffff)
    except Exception:
        pass
    while frame is not None and level <= high + 2:
        if level >= low:
            answer['frames'].append(_vmatlas_facts(frame))
            if level <= high and limit > 0:
                frame.select()
                answer['frames'][-1]['v'] = _vmatlas_frame(frame, limit)
        frame = frame.older()
        level += 1
    return base64.b64encode(zlib.compress(json.dumps(answer).encode(), 1)).decode()
def _vmatlas_facts(frame):
    facts = {'pc': hex(frame.pc())}
    for key, register in (('sp', 'rsp'), ('bp', 'rbp')):
        try:
            facts[key] = hex(int(frame.read_register(register)) & 0xffffffffffffffff)
        except Exception:
            pass
    if frame.type() == gdb.SIGTRAMP_FRAME:
        facts['n'] = '<signal handler called>'
        return facts
    name = frame.name()
    if name is not None:
        facts['n'] = name
    place = frame.find_sal()
    if place.symtab is not None and place.line > 0:
        facts['f'] = place.symtab.filename
        facts['F'] = place.symtab.fullname()
        facts['l'] = place.line
    else:
        module = gdb.solib_name(frame.pc())
        if module is not None:
            facts['m'] = module
    return facts
def _vmatlas_frame(frame, limit):
    found = []
    seen = set()
    try:
        block = frame.block()
    except RuntimeError:
        block = None
    while block is not None:
        for symbol in block:
            if not (symbol.is_variable or symbol.is_argument):
                continue
            entry = {'n': symbol.print_name, 'a': symbol.is_argument}
            shadowed = symbol.print_name in seen
            seen.add(symbol.print_name)
            try:
                entry['t'] = _vmatlas_braces.sub('{...}', str(symbol.type))
                value = symbol.value(frame)
                kind = value.type.strip_typedefs()
                entry['z'] = value.type.sizeof
                entry['g'] = kind.code in (gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
                if value.is_optimized_out:
                    entry['o'] = 1
                else:
                    reference = kind.code in (gdb.TYPE_CODE_REF, getattr(gdb, 'TYPE_CODE_RVALUE_REF', -1))
                    place = value.address
                    if place is not None:
                        entry['p'] = hex(int(place))
                        if reference and not shadowed:
                            entry['r'] = gdb.execute('info address ' + symbol.print_name, to_string=True)
                    elif not shadowed:
                        try:
                            gdb.parse_and_eval('&' + symbol.print_name)
                        except gdb.error as error:
                            entry['w'] = str(error)
                    text = value.format_string(max_elements=200)
                    entry['v'] = text if len(text) <= limit else text[:limit] + '\u2026'
            except Exception as error:
                entry['w'] = str(error)
            if shadowed:
                entry['s'] = 1
            found.append(entry)
        block = None if block.function is not None else block.superblock
    return found
try:
    class _VmatlasStack(gdb.MICommand):
        def invoke(self, argv):
            return {'stack': _vmatlas_stack(int(argv[0]), int(argv[1]), int(argv[2]))}
    _VmatlasStack('-vmatlas-stack')
    print('command')
except AttributeError:
    print('function')
`;

/**
 * A line of Python that defines the function and, where gdb takes machine-interface commands in Python (13 and later), the command `-vmatlas-stack`; it prints which of the two. What
 * gdb prints on the console stream it writes byte by byte, two microseconds each: 60 kB take 150 ms that way, and next to nothing in a result.
 */
export function defineScript(): string {
  return `exec(__import__('base64').b64decode('${btoaUtf8(SCRIPT)}').decode())`;
}

/** A line of Python that prints the answer: for a gdb without the command. */
export function callScript(low: number, high: number, mostCharacters: number): string {
  return `print(_vmatlas_stack(${low}, ${high}, ${mostCharacters}))`;
}

function btoaUtf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
