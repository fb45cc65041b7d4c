package io.peerbus.launcher.plugin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** How much memory the body of a message holds, about. Pure. */
final class MessageSize {

  /** What an object or a number costs by itself. */
  private static final int OBJECT = 32;

  /** Deeper than any message; one that contains itself would otherwise be counted for ever. */
  private static final int MAX_DEPTH = 64;

  private final long most;
  private long size;

  private MessageSize(long most) {
    this.most = most;
  }

  /** In bytes; stops counting at {@code most}, since a large JSON object costs time. */
  static long of(Object body, long most) {
    MessageSize size = new MessageSize(most);
    size.add(body, 0);
    return size.size;
  }

  private void add(Object value, int depth) {
    size += OBJECT;
    if (size >= most || depth == MAX_DEPTH) {
      return;
    }
    if (value instanceof CharSequence text) {
      size += text.length();
    } else if (value instanceof Buffer buffer) {
      size += buffer.length();
    } else if (value instanceof byte[] bytes) {
      size += bytes.length;
    } else if (value instanceof JsonObject json) {
      addAll(json.getMap(), depth);
    } else if (value instanceof JsonArray json) {
      addAll(json.getList(), depth);
    } else if (value instanceof Map<?, ?> map) {
      addAll(map, depth);
    } else if (value instanceof List<?> list) {
      addAll(list, depth);
    }
  }

  private void addAll(Map<?, ?> map, int depth) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      add(entry.getKey(), depth + 1);
      add(entry.getValue(), depth + 1);
      if (size >= most) {
        return;
      }
    }
  }

  private void addAll(List<?> list, int depth) {
    for (Object each : list) {
      add(each, depth + 1);
      if (size >= most) {
        return;
      }
    }
  }
}
