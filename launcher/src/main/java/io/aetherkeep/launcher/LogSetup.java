package io.aetherkeep.launcher;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.aetherkeep.launcher.settings.Settings.LogLevel;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Logback configuration in code: parsing it from XML took a sixth of the processor time of a start.
 * A file named by the system property {@code logback.configurationFile} replaces it.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

  private static final int QUEUE = 8192;

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    Map<String, String> environment = System.getenv();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(environment.get("AETHERKEEP_LOG_LEVEL"), Level.INFO));
    boolean json = "json".equals(environment.get("AETHERKEEP_LOG_FORMAT"));
    root.addAppender(queue(context, json ? json(context) : text(context)));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Changes the log level, unless a Logback file configures the log. */
  static void setLevel(LogLevel level) {
    if (System.getProperty("logback.configurationFile") == null
        && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(level.name()));
    }
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    LogLine layout = new LogLine();
    layout.setContext(context);
    layout.start();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  /** Encodes each event as one JSON object a line, for a log collector. */
  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }

  /**
   * Queue between the event loops and the terminal, which never blocks: it drops lines below WARN
   * when it is almost full, and all lines when it is full.
   */
  private static AsyncAppender queue(LoggerContext context, Encoder<ILoggingEvent> encoder) {
    // Standard output is for the banner and the ready line.
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(QUEUE);
    queue.setNeverBlock(true);
    queue.addAppender(console);
    queue.start();
    return queue;
  }
}
