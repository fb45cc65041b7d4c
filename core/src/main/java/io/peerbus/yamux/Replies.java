package io.peerbus.yamux;

/**
 * Answers owed to frames that belong to no stream, a number each, in order and limited.
 *
 * <p>Not thread safe, owned by its outbox.
 */
final class Replies {

  private final int limit;
  private int[] numbers;
  private int first;
  private int size;

  Replies(int limit) {
    this.limit = limit;
  }

  boolean isFull() {
    return size == limit;
  }

  /** Must not be called when it is full. */
  void add(int number) {
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
