package peer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A cached GET as a Spring team writes it: MVC, and Lettuce behind a template. */
@SpringBootApplication
@RestController
public class Peer {

  private final StringRedisTemplate redis;

  public Peer(StringRedisTemplate redis) {
    this.redis = redis;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(Peer.class, arguments);
  }

  @EventListener
  public void ready(ServletWebServerInitializedEvent event) {
    System.out.println("spring ready on " + event.getWebServer().getPort());
  }

  @GetMapping("/api/v1/{space}/caches/topic/{id}")
  public ResponseEntity<String> read(@PathVariable("id") String id) {
    String value = redis.opsForValue().get("cache:topic:" + id);
    return value == null
        ? ResponseEntity.notFound().build()
        : ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(value);
  }
}
