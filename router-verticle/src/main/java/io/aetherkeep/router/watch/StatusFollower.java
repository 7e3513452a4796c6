package io.aetherkeep.router.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A status as a topic among others. */
final class StatusFollower implements StatusWatcher {

  private final TopicWatcher watcher;
  private final String topic;
  private final @Nullable String after;

  StatusFollower(TopicWatcher watcher, String topic, @Nullable String after) {
    this.watcher = watcher;
    this.topic = topic;
    this.after = after;
  }

  @Override
  public void begun(List<StatusNews> since) {
    boolean recovered = after != null && since.stream().allMatch(StatusNews::recovered);
    watcher.begun(recovered, since.stream().map(StatusNews::push).toList());
  }

  @Override
  public void unknown() {
    watcher.begun(false, List.of(Push.nothingYet(topic)));
  }

  @Override
  public void told(StatusNews news) {
    watcher.told(news.push());
  }

  @Override
  public void gone(Throwable why) {
    watcher.gone(why);
  }

  @Override
  public void closing() {
    watcher.closing();
  }
}
