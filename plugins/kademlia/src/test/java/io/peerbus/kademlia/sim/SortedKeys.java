package io.peerbus.kademlia.sim;

import io.peerbus.kademlia.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Things with keys, in the order of their keys: those that have the same first bits lie side by side. Immutable.
 *
 * @param <T> has a key that never changes
 */
final class SortedKeys<T> {

  /** Those from {@code from} to before {@code to}. */
  record Range(int from, int to) {
    int size() {
      return to - from;
    }
  }

  private final List<T> sorted;
  private final Key[] keys;

  SortedKeys(Collection<T> all, Function<T, Key> key) {
    sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing(key));
    keys = sorted.stream().map(key).toArray(Key[]::new);
  }

  int size() {
    return keys.length;
  }

  T get(int index) {
    return sorted.get(index);
  }

  Key key(int index) {
    return keys[index];
  }

  /** The two halves of a range whose keys have {@code bit} bits in common: that with a 0 next, and that with a 1. */
  List<Range> split(Range range, int bit) {
    int low = range.from;
    int high = range.to;
    if (low < high && keys[low].commonPrefix(keys[high - 1]) > bit) {
      return bitOf(keys[low], bit) ? List.of(new Range(low, low), range) : List.of(range, new Range(high, high));
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bitOf(keys[middle], bit)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return List.of(new Range(range.from, low), new Range(low, range.to));
  }

  static boolean bitOf(Key key, int bit) {
    return (key.toBytes()[bit / Byte.SIZE] >> Byte.SIZE - 1 - bit % Byte.SIZE & 1) == 1;
  }

  /** The {@code count} nearest to the target, nearest first. */
  List<T> closest(Key target, int count) {
    Range range = new Range(0, keys.length);
    for (int bit = 0; bit < Key.BITS; bit++) {
      Range half = split(range, bit).get(bitOf(target, bit) ? 1 : 0);
      if (half.size() < count) {
        break;
      }
      range = half;
    }
    List<Integer> indexes = new ArrayList<>();
    for (int i = range.from; i < range.to; i++) {
      indexes.add(i);
    }
    indexes.sort((one, two) -> target.compareDistance(keys[one], keys[two]));
    return indexes.stream().limit(count).map(sorted::get).toList();
  }
}
