package io.aetherkeep.router.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

  private final EmbeddedChannel channel =
      new EmbeddedChannel(new IdleWatch(Duration.ofMinutes(1)), heard);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    assertEquals(-1, channel.runScheduledPendingTasks(), "a timer is left");
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void stall_isPublishedAfterItsTime_andAgainAfterTheNext() {
    pass(59);
    assertEquals(0, idle);
    pass(2);
    assertEquals(1, idle);
    pass(61);
    assertEquals(2, idle);
  }

  @Test
  void whoeverReadsOrWrites_isLeftAlone() {
    pass(50);
    channel.writeInbound("read");
    pass(50);
    channel.writeOutbound("written");
    pass(50);
    assertEquals(0, idle);
    pass(11);
    assertEquals(1, idle);
  }
}
