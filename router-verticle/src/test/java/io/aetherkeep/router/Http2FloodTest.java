package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.testing.Certificate;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Floods of HTTP/2 frames end their own connection, and no other. */
final class Http2FloodTest {

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int MOST_FRAMES = 2_000_000;
  private static final int AT_ONCE = 500;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;

  /** GET https://localhost/nothing, encoded by the static table and literals. */
  private static final byte[] REQUEST = request();

  /** Kinds of floods; each builds the frames of its n-th round. */
  enum Flood {
    RAPID_RESET(
        n ->
            join(
                frame(HEADERS, 5, stream(n), REQUEST),
                frame(RST_STREAM, 0, stream(n), new byte[4]))),
    SETTINGS_FRAMES(n -> frame(SETTINGS, 0, 0, new byte[0])),
    PINGS(n -> frame(PING, 0, 0, new byte[8])),
    CONTINUATIONS(
        n -> n == 0 ? frame(HEADERS, 0, 1, REQUEST) : frame(CONTINUATION, 0, 1, new byte[0])),
    LARGE_CONTINUATIONS(
        n -> n == 0 ? frame(HEADERS, 0, 1, REQUEST) : frame(CONTINUATION, 0, 1, new byte[16_000])),
    EMPTY_DATA(n -> n == 0 ? frame(HEADERS, 4, 1, REQUEST) : frame(DATA, 0, 1, new byte[0]));

    @SuppressWarnings("ImmutableEnumChecker")
    private final IntFunction<byte[]> turn;

    Flood(IntFunction<byte[]> turn) {
      this.turn = turn;
    }
  }

  @TempDir static Path directory;

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.with(Http2FloodTest::tls);

  private static RouterSettings tls() {
    try {
      Certificate certificate = Certificate.make(directory, "dns:localhost,ip:127.0.0.1");
      ListenerSettings usual = ListenerSettings.USUAL;
      return RouterSettings.of(Map.of("aethercast", 1 << 20))
          .with(
              new ListenerSettings(
                  usual.headTimeout(),
                  usual.connectionsPerAddress(),
                  List.of(),
                  certificate.chain(),
                  certificate.key(),
                  usual.managementHost(),
                  usual.managementPort()),
              AccessSettings.OPEN);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static int stream(int turn) {
    return 2 * turn + 1;
  }

  private static byte[] request() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x82);
    block.write(0x87);
    literal(block, 4, "/nothing");
    literal(block, 1, "localhost");
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, int name, String value) {
    block.write(name);
    block.write(value.length());
    block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private static byte[] join(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static SSLSocket open() throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new AnyCertificate()}, null);
    Socket narrow = new Socket();
    narrow.setReceiveBufferSize(4096);
    narrow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ROUTER.port()));
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(narrow, "localhost", ROUTER.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.startHandshake();
    assertEquals("h2", socket.getApplicationProtocol());
    socket.getOutputStream().write(join(PREFACE, frame(SETTINGS, 0, 0, new byte[0])));
    return socket;
  }

  /** Trust manager that accepts the test's certificate. */
  private static final class AnyCertificate extends javax.net.ssl.X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(
        java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(
        java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(
        java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  void flood_endsItsConnection_andNoOther(Flood flood) throws Exception {
    try (SSLSocket other = open();
        SSLSocket socket = open()) {
      Thread sender = new Thread(() -> send(flood, socket));
      sender.setDaemon(true);
      sender.start();
      sender.join(PATIENCE_MILLIS);
      assertFalse(sender.isAlive(), "it is neither read nor ended");
      assertTrue(ends(socket), "the connection goes on");
      other.getOutputStream().write(frame(HEADERS, 5, 1, REQUEST));
      assertTrue(isAnswered(other));
    }
  }

  /** Sends rounds without reading, until the connection ends, or up to a limit. */
  private static void send(Flood flood, SSLSocket socket) {
    try {
      for (int n = 0; n < MOST_FRAMES; ) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int last = n + AT_ONCE; n < last; n++) {
          frames.writeBytes(flood.turn.apply(n));
        }
        socket.getOutputStream().write(frames.toByteArray());
      }
    } catch (IOException ended) {
      // The expected end.
    }
  }

  /** Whether a connection ends, with or without GOAWAY. */
  private static boolean ends(SSLSocket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    try {
      while (true) {
        int type = type(in);
        if (type == GOAWAY) {
          return true;
        }
      }
    } catch (EOFException | SocketException | SSLException gone) {
      return true;
    }
  }

  private static boolean isAnswered(SSLSocket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int type = type(in);
    while (type != HEADERS && type != GOAWAY) {
      type = type(in);
    }
    return type == HEADERS;
  }

  /** Reads the type of the next frame, and skips its payload. */
  private static int type(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    in.skipNBytes(5L + length);
    return type;
  }
}
