package io.aetherkeep.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Redis client without shared code, as other services are: blocking, RESP2, raw. */
public final class ForeignClient implements AutoCloseable {

  /** Commands that are sent to each node of a cluster. */
  private static final Set<String> TO_ALL =
      Set.of("ACL", "CLIENT", "CONFIG", "DBSIZE", "FLUSHALL", "INFO", "SCAN", "SCRIPT");

  private final Map<Integer, ForeignClient> masters = new TreeMap<>();
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  public ForeignClient(int port) {
    try {
      this.socket = new Socket("127.0.0.1", port);
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Client of a cluster, which sends commands to the key's node, and those without a key to all
   * masters.
   */
  public static ForeignClient ofCluster(List<Integer> ports) {
    ForeignClient client = new ForeignClient(ports.get(0));
    ports.forEach(port -> client.masters.put(port, new ForeignClient(port)));
    return client;
  }

  /** Sends a command; returns its reply as text, Long, List or null, and throws errors. */
  public @Nullable Object send(Object... command) {
    if (masters.isEmpty()) {
      return sendHere(command);
    }
    if (TO_ALL.contains(command[0].toString())) {
      return sendToAll(command);
    }
    try {
      return sendHere(command);
    } catch (IllegalStateException e) {
      String[] error = String.valueOf(e.getMessage()).split("[ :]", -1);
      if (!error[0].equals("MOVED")) {
        throw e;
      }
      return Objects.requireNonNull(masters.get(Integer.valueOf(error[3]))).sendHere(command);
    }
  }

  /**
   * Joins texts, numbers and the single page of a scan; returns the last reply of other commands.
   */
  private @Nullable Object sendToAll(Object... command) {
    List<@Nullable Object> replies = new ArrayList<>();
    masters.values().forEach(master -> replies.add(master.sendHere(command)));
    return switch (command[0].toString()) {
      case "DBSIZE" -> replies.stream().mapToLong(reply -> (Long) reply).sum();
      case "INFO" -> replies.stream().map(String::valueOf).collect(Collectors.joining());
      case "SCAN" ->
          List.of("0", replies.stream().flatMap(page -> keys((List<?>) page).stream()).toList());
      default -> replies.get(replies.size() - 1);
    };
  }

  private static List<?> keys(List<?> page) {
    return (List<?>) page.get(1);
  }

  private @Nullable Object sendHere(Object... command) {
    try {
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
      for (Object part : command) {
        byte[] bytes =
            part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.UTF_8);
        request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
        request.writeBytes(bytes);
        request.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
      }
      out.write(request.toByteArray());
      out.flush();
      return reply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String text(Object... command) {
    return String.valueOf(send(command));
  }

  /** The next command that Redis receives, after MONITOR. */
  public String monitored() {
    try {
      return String.valueOf(reply());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long number(Object... command) {
    Object reply = send(command);
    return reply instanceof Long number ? number : -1;
  }

  /** All keys except those with a prefix, because a node's canaries come and go. */
  public Set<String> keysBut(String prefix) {
    List<?> reply = (List<?>) send("SCAN", "0", "COUNT", "1000000");
    Set<String> keys = new TreeSet<>();
    ((List<?>) reply.get(1)).forEach(key -> keys.add(String.valueOf(key)));
    keys.removeIf(key -> key.startsWith(prefix));
    return keys;
  }

  private @Nullable Object reply() throws IOException {
    int type = in.read();
    String line = line();
    return switch (type) {
      case '+' -> line;
      case '-' -> throw new IllegalStateException(line);
      case ':' -> Long.valueOf(line);
      case '$' -> bulk(Integer.parseInt(line));
      case '*' -> array(Integer.parseInt(line));
      default -> throw new IOException("No reply but " + type);
    };
  }

  private @Nullable String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    line();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private List<@Nullable Object> array(int size) throws IOException {
    List<@Nullable Object> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      all.add(reply());
    }
    return all;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new IOException("Redis closed the connection");
      }
      line.append((char) c);
    }
    in.read();
    return line.toString();
  }

  @Override
  public void close() {
    masters.values().forEach(ForeignClient::close);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
