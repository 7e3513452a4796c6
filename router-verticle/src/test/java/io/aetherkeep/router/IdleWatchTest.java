package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdleWatchTest {

  private int idle;

  private final ChannelInboundHandlerAdapter heard =
      new ChannelInboundHandlerAdapter() {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
          assertTrue(event instanceof IdleStateEvent);
          idle++;
        }
      };

  private EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    assertEquals(-1, channel.runScheduledPendingTasks(), "a timer is left");
  }

  private void open(Duration longest) {
    channel = new EmbeddedChannel(new IdleWatch(longest), heard);
  }

  private boolean isIdleNow() {
    channel.runScheduledPendingTasks();
    return idle > 0;
  }

  @Test
  void silence_isToldOnceItHasLastedAndAgain() {
    open(Duration.ofMillis(20));
    assertFalse(idle > 0);
    Awaitility.await().until(this::isIdleNow);
    Awaitility.await().until(() -> isIdleNow() && idle > 1);
  }

  @Test
  void whoeverReadsAndWrites_isLeftAlone() {
    open(Duration.ofMinutes(1));
    channel.advanceTimeBy(61, TimeUnit.SECONDS);
    channel.writeInbound("read");
    channel.writeOutbound("written");
    assertFalse(isIdleNow());
  }
}
