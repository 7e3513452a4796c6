"""Runs a command in a pseudo-terminal: terminal.py STEPS COMMAND...

STEPS is JSON, a list of ["expect", TEXT] and ["send", TEXT]. Prints JSON: the exit status, whether
the modes of the terminal are as before, and all output.
"""
import fcntl, json, os, pty, select, signal, struct, subprocess, sys, termios, time

PATIENCE = 150


def main():
    steps = json.loads(sys.argv[1])
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    before = termios.tcgetattr(slave)

    def own_terminal():
        # A run of tests in the background ignores Ctrl-C, and its children would too.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    program = subprocess.Popen(
        sys.argv[2:], stdin=slave, stdout=slave, stderr=slave, preexec_fn=own_terminal)
    screen, seen, end = "", 0, time.monotonic() + PATIENCE

    def read():
        ready, _, _ = select.select([master], [], [], 0.1)
        return os.read(master, 65536).decode("utf-8", "replace") if ready else ""

    for what, text in steps:
        if what == "send":
            os.write(master, text.encode())
            continue
        while text not in screen[seen:]:
            if time.monotonic() > end or (program.poll() is not None and not (more := read())):
                program.kill()
                sys.exit("'%s' was not printed: %s" % (text, screen))
            screen += read()
        seen = screen.index(text, seen) + len(text)
    while program.poll() is None:
        if time.monotonic() > end:
            program.kill()
            sys.exit("it did not end: " + screen)
        screen += read()
    while more := read():
        screen += more
    print(json.dumps({
        "exit": program.returncode,
        "same": termios.tcgetattr(slave) == before,
        "screen": screen}))


main()
