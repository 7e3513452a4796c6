package io.aetherkeep.router.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Promise;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.io.ByteArrayInputStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseWriterTest {

  private static final String LARGE = "a".repeat(2000);

  private static final String VERY_LARGE = "b".repeat(CompressionQueue.LARGE);

  /** Compression that a worker thread has not completed yet. */
  private final Promise<ByteBuf> packing = Promise.promise();

  private final AtomicReference<Callable<ByteBuf>> work = new AtomicReference<>();

  private final CompressionQueue queue =
      new CompressionQueue(
          pack -> {
            work.set(pack);
            return packing.future();
          });

  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter());

  @BeforeEach
  void open() {
    channel.pipeline().addLast(new ResponseWriter(channel.pipeline().firstContext(), 1024, queue));
  }

  @AfterEach
  void nothingLeaks() {
    assertFalse(channel.finishAndReleaseAll());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|true",
        "br, GZIP;q=0.5|true",
        "deflate, x-gzip|true",
        "*|true",
        "*;q=0.1|true",
        "gzip;q=0|false",
        "gzip; q=0.000|false",
        "gzip;q=0, *|false",
        "*;q=0|false",
        "identity|false",
        "br, deflate|false",
        "gzipped|false",
        "''|false",
        ";;,,;|false",
        "|false"
      })
  void acceptEncoding_isRead(String codings, boolean accepted) {
    assertEquals(accepted, Gzip.isAccepted(codings));
  }

  @Test
  void pipelinedRequests_areEachAnsweredAsTheyAsked() throws Exception {
    ask(HttpMethod.GET, null);
    ask(HttpMethod.GET, "gzip");
    ask(HttpMethod.HEAD, "gzip");
    ask(HttpMethod.GET, "gzip");
    plain(answer(LARGE));
    packed(answer(LARGE));
    plain(answer(LARGE));
    packed(answer(LARGE));
    plain(answer(LARGE));
  }

  @Test
  void largeAnswer_isPackedElsewhere_andWhatFollowsWaits() throws Exception {
    ask(HttpMethod.GET, "gzip");
    ask(HttpMethod.GET, null);
    assertNull(answer(VERY_LARGE));
    assertNull(answer(LARGE));
    packing.complete(work.get().call());
    packed(VERY_LARGE, channel.readOutbound());
    plain(channel.readOutbound());
  }

  @Test
  void largeAnswer_thatCannotBePacked_staysAsItIs() {
    ask(HttpMethod.GET, "gzip");
    assertNull(answer(VERY_LARGE));
    packing.fail("no worker");
    FullHttpResponse whole = channel.readOutbound();
    assertNull(whole.headers().get("Content-Encoding"));
    assertEquals(VERY_LARGE, whole.content().toString(US_ASCII));
    whole.release();
  }

  @Test
  void connectionThatCloses_keepsNothingOfWhatWaits() throws Exception {
    ask(HttpMethod.GET, "gzip");
    ask(HttpMethod.GET, null);
    assertNull(answer(VERY_LARGE));
    assertNull(answer(LARGE));
    var unused = channel.close();
    packing.complete(work.get().call());
    assertThrows(ClosedChannelException.class, channel::checkException);
    assertNull(channel.readOutbound());
  }

  @Test
  void interimAnswer_isNotTheAnswer() throws Exception {
    ask(HttpMethod.GET, "gzip");
    channel.writeOutbound(
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    channel.<HttpResponse>readOutbound();
    packed(answer(LARGE));
  }

  @Test
  void smallAnswer_staysAsItIs() {
    ask(HttpMethod.GET, "gzip");
    FullHttpResponse small = answer("small");
    assertEquals("small", small.content().toString(US_ASCII));
    assertNull(small.headers().get("Content-Encoding"));
    small.release();
  }

  @Test
  void stream_isNeverPackedAndHasNoCodingOfNothing() throws Exception {
    ask(HttpMethod.GET, "gzip");
    ask(HttpMethod.GET, "gzip");
    HttpResponse begun = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    begun.headers().set("Content-Encoding", "identity");
    channel.writeOutbound(begun);
    HttpResponse seen = channel.readOutbound();
    assertNull(seen.headers().get("Content-Encoding"));
    packed(answer(LARGE));
  }

  @Test
  void headAndBody_areOneBuffer() {
    ask(HttpMethod.GET, null);
    HeadersMultiMap headers = HeadersMultiMap.httpHeaders();
    headers.set("Content-Type", "text/plain").set("Content-Length", "5");
    channel.writeOutbound(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.NOT_FOUND,
            Unpooled.copiedBuffer("lost!", US_ASCII),
            headers,
            EmptyHttpHeaders.INSTANCE));
    ByteBuf all = channel.readOutbound();
    assertEquals(
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nlost!",
        all.toString(US_ASCII));
    all.release();
  }

  @Test
  void aSmallChunk_isOneBuffer_andALargeOnePassesThrough() {
    ask(HttpMethod.GET, null);
    begin("chunked");
    assertEquals("5\r\nhello\r\n", chunk("hello"));
    assertEquals("10\r\n0123456789abcdef\r\n", chunk("0123456789abcdef"));
    String large = "c".repeat((16 << 10) + 1);
    assertEquals(large, chunk(large));
    channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
    assertSame(LastHttpContent.EMPTY_LAST_CONTENT, channel.readOutbound());
  }

  @Test
  void anAnswerWithoutChunks_getsNone() {
    ask(HttpMethod.GET, null);
    begin("chunked");
    chunk("a");
    channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.readOutbound();
    ask(HttpMethod.GET, null);
    begin(null);
    assertEquals("hello", chunk("hello"));
  }

  private void begin(String coding) {
    HttpResponse begun = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    if (coding != null) {
      begun.headers().set("Transfer-Encoding", coding);
    }
    channel.writeOutbound(begun);
    assertSame(begun, channel.readOutbound());
  }

  private String chunk(String text) {
    channel.writeOutbound(new DefaultHttpContent(Unpooled.copiedBuffer(text, US_ASCII)));
    Object sent = channel.readOutbound();
    ByteBuf bytes = sent instanceof HttpContent content ? content.content() : (ByteBuf) sent;
    String wire = bytes.toString(US_ASCII);
    bytes.release();
    assertNull(channel.readOutbound());
    return wire;
  }

  private void ask(HttpMethod method, String codings) {
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/");
    if (codings != null) {
      request.headers().set("Accept-Encoding", codings);
    }
    channel.writeInbound(request);
    channel.<HttpRequest>readInbound();
  }

  private FullHttpResponse answer(String body) {
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(body, US_ASCII));
    answer.headers().set("Content-Length", body.length());
    channel.writeOutbound(answer);
    return channel.readOutbound();
  }

  private static void plain(FullHttpResponse answer) {
    assertNull(answer.headers().get("Content-Encoding"));
    assertEquals(LARGE, answer.content().toString(US_ASCII));
    answer.release();
  }

  private static void packed(FullHttpResponse answer) throws Exception {
    packed(LARGE, answer);
  }

  private static void packed(String body, FullHttpResponse answer) throws Exception {
    byte[] bytes = new byte[answer.content().readableBytes()];
    answer.content().readBytes(bytes);
    assertEquals("gzip", answer.headers().get("Content-Encoding"));
    assertEquals(bytes.length, answer.headers().getInt("Content-Length"));
    try (GZIPInputStream whole = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      assertEquals(body, new String(whole.readAllBytes(), US_ASCII));
    }
    answer.release();
  }
}
