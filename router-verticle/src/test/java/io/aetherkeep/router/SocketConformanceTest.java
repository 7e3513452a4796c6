package io.aetherkeep.router;

import static io.aetherkeep.router.RawSocket.BINARY;
import static io.aetherkeep.router.RawSocket.CLOSE;
import static io.aetherkeep.router.RawSocket.PING;
import static io.aetherkeep.router.RawSocket.PONG;
import static io.aetherkeep.router.RawSocket.TEXT;
import static io.aetherkeep.router.RawSocket.frame;
import static io.aetherkeep.router.RawSocket.joined;
import static io.aetherkeep.router.RawSocket.part;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 6455 on a raw socket, by the groups of the Autobahn test suite: frames of the client, and the
 * server's answers with the close code.
 *
 * <p>Every case without a close ends with an op {@code ping}, whose answer shows that the
 * connection still works.
 */
final class SocketConformanceTest {

  private static final RunningRealtime ROUTER = RunningRealtime.usual();

  private static final int CONTINUATION = 0;
  private static final byte[] NOTHING = {};

  /** Bytes to send and expected answers, of which a close is the last. */
  record Case(String name, Buffer sent, List<String> received) {

    boolean closes() {
      return !received.isEmpty() && received.get(received.size() - 1).startsWith("close");
    }

    /** Whether the server closes first, and waits for the client's close. */
    boolean isClosedFirst() {
      return received.size() > 1;
    }

    @Override
    public String toString() {
      return name + " -> " + String.join(", ", received);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    ROUTER.start();
  }

  @AfterAll
  static void stop() throws Exception {
    ROUTER.stop();
  }

  private static Case of(String name, byte[] sent, String... received) {
    return new Case(name, Buffer.buffer(sent), List.of(received));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] ping(String id) {
    return bytes("{\"op\":\"ping\",\"id\":\"" + id + "\"}");
  }

  /** An op with a given length. */
  private static byte[] ping(int length) {
    String op = "{\"op\":\"ping\",\"id\":1";
    return bytes(op + " ".repeat(length - op.length() - 1) + "}");
  }

  static Stream<Case> cases() {
    return Stream.of(
            messages(),
            pings(),
            reservedBits(),
            opcodes(),
            fragments(),
            utf8(),
            closes(),
            closeCodes(),
            lengths())
        .flatMap(group -> group);
  }

  static Stream<Case> shortCases() {
    return cases().filter(one -> one.sent.length() < 300);
  }

  private static Stream<Case> messages() {
    Stream<Case> lengths =
        IntStream.of(125, 126, 127, 128, 65535, 65536)
            .mapToObj(n -> of("1 text of " + n, frame(TEXT, ping(n)), "ok 1"));
    return Stream.concat(
        lengths,
        Stream.of(
            of("1 text of 0", frame(TEXT, NOTHING), "invalid-body"),
            of("1 text of 65537", frame(TEXT, ping(65537)), "too-large", "close 1009"),
            of("1 binary", frame(BINARY, NOTHING), "unsupported-media-type", "close 1003")));
  }

  private static Stream<Case> pings() {
    byte[] ten =
        joined(
            IntStream.range(0, 10)
                .mapToObj(i -> frame(PING, bytes("" + i)))
                .toArray(byte[][]::new));
    return Stream.of(
        of("2 ping without a payload", frame(PING, NOTHING), "pong"),
        of("2 ping with a text", frame(PING, bytes("Hello")), "pong Hello"),
        of(
            "2 ping with bytes",
            frame(PING, hex("00 ff fe fd fc 00")),
            "pong \0\u00ff\u00fe\u00fd\u00fc\0"),
        of("2 ping of 125", frame(PING, new byte[125]), "pong " + "\0".repeat(125)),
        of("2 ping of 126", frame(PING, new byte[126]), "close 1002"),
        of("2 pong nobody asked for", frame(PONG, bytes("unasked"))),
        of("2 pong and ping", joined(frame(PONG, NOTHING), frame(PING, bytes("x"))), "pong x"),
        of(
            "2 ten pings",
            ten,
            IntStream.range(0, 10).mapToObj(i -> "pong " + i).toArray(String[]::new)));
  }

  private static Stream<Case> reservedBits() {
    return IntStream.rangeClosed(1, 7)
        .boxed()
        .flatMap(
            bits ->
                IntStream.of(TEXT, BINARY, PING, PONG, CLOSE)
                    .mapToObj(
                        opcode ->
                            of(
                                "3 reserved bits " + bits + " of opcode " + opcode,
                                frame(0x80 | bits << 4 | opcode, 0x80, NOTHING),
                                "close 1002")));
  }

  private static Stream<Case> opcodes() {
    Stream<Case> reserved =
        IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
            .mapToObj(o -> of("4 opcode " + o, frame(o, bytes("x")), "close 1002"));
    Stream<Case> after =
        IntStream.of(3, 11)
            .mapToObj(
                o ->
                    of(
                        "4 opcode " + o + " after a message",
                        joined(frame(TEXT, ping("a")), frame(o, NOTHING), frame(PING, NOTHING)),
                        "ok a",
                        "close 1002"));
    Stream<Case> unmasked =
        IntStream.of(TEXT, PING, CLOSE)
            .mapToObj(o -> of("4 no mask, opcode " + o, frame(0x80 | o, 0, NOTHING), "close 1002"));
    return Stream.of(reserved, after, unmasked).flatMap(group -> group);
  }

  private static Stream<Case> fragments() {
    byte[] head = part(TEXT, bytes("{\"op\":\"ping\","));
    byte[] tail = frame(CONTINUATION, bytes("\"id\":1}"));
    return Stream.of(
        of("5 ping in parts", joined(part(PING, NOTHING), tail), "close 1002"),
        of("5 pong in parts", joined(part(PONG, NOTHING), tail), "close 1002"),
        of("5 close in parts", joined(part(CLOSE, NOTHING), tail), "close 1002"),
        of("5 text in two parts", joined(head, tail), "ok 1"),
        of("5 empty parts", joined(head, part(CONTINUATION, NOTHING), tail), "ok 1"),
        of("5 ping between", joined(head, frame(PING, bytes("x")), tail), "pong x", "ok 1"),
        of("5 a part of nothing", tail, "close 1002"),
        of("5 a part of nothing, not the last", part(CONTINUATION, NOTHING), "close 1002"),
        of("5 a part after the last", joined(head, tail, tail), "ok 1", "close 1002"),
        of("5 a text within a text", joined(head, frame(TEXT, ping("b"))), "close 1002"),
        of("5 a text begins within a text", joined(head, head), "close 1002"),
        of("5 bytes within a text", joined(head, frame(BINARY, NOTHING)), "close 1002"),
        of("5 a close within a text", joined(head, frame(CLOSE, hex("03 e8"))), "close 1000"));
  }

  /** Invalid UTF-8, with the names of Autobahn's group 6. */
  private static Stream<Case> utf8() {
    Stream<Case> broken =
        Stream.of(
                "80",
                "bf",
                "c0",
                "c3",
                "e0 a0",
                "f0 90 80",
                "c0 af",
                "c1 bf",
                "e0 80 af",
                "f0 80 80 af",
                "f8 88 80 80 80",
                "fc 84 80 80 80 80",
                "ed a0 80",
                "ed bf bf",
                "ed a0 80 ed b0 80",
                "f4 90 80 80",
                "f5 80 80 80",
                "fe",
                "ff",
                "c3 28",
                "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65")
            .map(
                bad ->
                    of(
                        "6 " + bad,
                        frame(
                            TEXT,
                            joined(bytes("{\"op\":\"ping\",\"id\":\""), hex(bad), bytes("\"}"))),
                        "invalid-body",
                        "close 1007"));
    Stream<Case> whole =
        Stream.of("c2 80", "df bf", "e0 a0 80", "ef bf bf", "f0 90 80 80", "f4 8f bf bf")
            .map(
                good ->
                    of(
                        "6 " + good,
                        frame(TEXT, ping(new String(hex(good), StandardCharsets.UTF_8))),
                        "ok " + new String(hex(good), StandardCharsets.UTF_8)));
    byte[] split = ping("\u00e9");
    int middle = split.length - 3;
    Stream<Case> parts =
        Stream.of(
            of(
                "6 a character in two parts",
                joined(
                    part(TEXT, Arrays.copyOf(split, middle)),
                    frame(CONTINUATION, Arrays.copyOfRange(split, middle, split.length))),
                "ok \u00e9"),
            of(
                "6 half a character at the end",
                joined(part(TEXT, bytes("\"")), frame(CONTINUATION, hex("c3"))),
                "invalid-body",
                "close 1007"));
    return Stream.of(broken, whole, parts).flatMap(group -> group);
  }

  private static byte[] close(int code, byte[] reason) {
    byte[] number = ByteBuffer.allocate(2).putShort((short) code).array();
    return frame(CLOSE, joined(number, reason));
  }

  private static Stream<Case> closes() {
    return Stream.of(
        of("7 close without a code", frame(CLOSE, NOTHING), "close"),
        of("7 close of one byte", frame(CLOSE, hex("03")), "close 1002"),
        of("7 close with a reason", close(1000, bytes("bye")), "close 1000"),
        of("7 close with a reason of 123", close(1000, new byte[123]), "close 1000"),
        of("7 close with a reason of 124", close(1000, new byte[124]), "close 1002"),
        of("7 reason that is no UTF-8", close(1000, hex("ce ba ed a0 80")), "close 1007"),
        of(
            "7 text after the close",
            joined(close(1000, NOTHING), frame(TEXT, ping("a"))),
            "close 1000"),
        of("7 two closes", joined(close(1000, NOTHING), close(1001, NOTHING)), "close 1000"),
        of(
            "7 ping after the close",
            joined(close(1000, NOTHING), frame(PING, NOTHING)),
            "close 1000"));
  }

  private static Stream<Case> closeCodes() {
    Stream<Case> known =
        IntStream.of(
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
                4000, 4999)
            .mapToObj(c -> of("7 code " + c, close(c, NOTHING), "close " + c));
    Stream<Case> none =
        IntStream.of(
                0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 32768, 65535)
            .mapToObj(c -> of("7 code " + c, close(c, NOTHING), "close 1002"));
    return Stream.concat(known, none);
  }

  private static Stream<Case> lengths() {
    String mask = "00 00 00 00";
    List<Case> all = new ArrayList<>();
    all.add(of("9 length in 16 bits that needs 7", hex("81 fe 00 7d " + mask), "close 1002"));
    all.add(
        of(
            "9 length in 64 bits that needs 16",
            hex("81 ff 00 00 00 00 00 00 ff ff " + mask),
            "close 1002"));
    all.add(of("9 length of 2^63", hex("81 ff 80 00 00 00 00 00 00 00 " + mask), "close 1002"));
    all.add(
        of(
            "9 length of 2^63 - 1",
            hex("81 ff 7f ff ff ff ff ff ff ff " + mask),
            "too-large",
            "close 1009"));
    all.add(of("9 ping with a length in 16 bits", hex("89 fe 00 7e " + mask), "close 1002"));
    byte[] large = part(TEXT, new byte[40_000]);
    byte[] more = part(CONTINUATION, new byte[40_000]);
    all.add(of("9 parts of 80,000", joined(large, more), "too-large", "close 1009"));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void caseIsAnswered(Case one) throws Exception {
    try (RawSocket socket = RawSocket.open(ROUTER.port())) {
      socket.send(one.sent.getBytes());
      answers(one, socket);
    }
  }

  /** The packets of the bytes do not matter. */
  @ParameterizedTest
  @MethodSource("shortCases")
  void caseIsAnswered_byteByByte(Case one) throws Exception {
    try (RawSocket socket = RawSocket.open(ROUTER.port())) {
      socket.sendChopped(one.sent.getBytes());
      answers(one, socket);
    }
  }

  private static void answers(Case one, RawSocket socket) throws Exception {
    if (!one.closes()) {
      socket.send(frame(TEXT, ping("end")));
    }
    assertEquals(one.received, socket.received());
    if (one.closes()) {
      if (one.isClosedFirst()) {
        socket.send(frame(CLOSE, NOTHING));
      }
      assertTrue(socket.isEnded());
    }
  }
}
