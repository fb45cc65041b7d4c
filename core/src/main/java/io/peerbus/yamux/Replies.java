package io.peerbus.yamux;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.ProtocolError;

/**
 * Answers owed to frames that belong to no stream, a number each, in order and limited.
 *
 * <p>Not thread safe, owned by its outbox.
 */
final class Replies {

  private final String name;
  private final int limit;
  private int[] numbers;
  private int first;
  private int size;

  Replies(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  void add(int number) throws ProtocolError {
    if (size == limit) {
      throw new ProtocolError(CloseCode.RESOURCE_LIMIT, "the other side does not read: " + limit + " " + name
        + " wait to be sent");
    }
    if (numbers == null) {
      numbers = new int[limit];
    }
    numbers[(first + size) % limit] = number;
    size++;
  }

  int next() {
    int number = numbers[first];
    first = (first + 1) % limit;
    size--;
    return number;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    size = 0;
  }
}
