package io.peerbus.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a plugin can be set to: each setting by its name in JSON, with how it goes into options and comes out of them.
 * Immutable, any thread.
 *
 * <p>A value is refused by its type here, and by an {@link IllegalArgumentException} of the option's setter. All
 * mistakes are told at once. The same names and bounds stand in the plugin's {@code settings.schema.json}, by which the
 * node checks its config before anything starts.
 *
 * @param <O> the options
 */
public final class Settings<O> {

  private record Setting<O>(String name, Function<O, Object> get, BiConsumer<O, Object> set) {}

  private final String plugin;
  private final Supplier<O> defaults;
  private final Consumer<O> check;
  private final List<Setting<O>> all;

  private Settings(Builder<O> built, Consumer<O> check) {
    this.plugin = built.plugin;
    this.defaults = built.defaults;
    this.check = check;
    this.all = List.copyOf(built.all);
  }

  /**
   * Begins an empty list.
   *
   * @param plugin its id, for messages
   * @param defaults options as they are when nothing is set
   */
  public static <O> Builder<O> of(String plugin, Supplier<O> defaults) {
    return new Builder<>(plugin, defaults);
  }

  /** The names of all settings, in order. */
  public List<String> names() {
    return all.stream().map(Setting::name).toList();
  }

  /**
   * The options that {@code json} asks for.
   *
   * @throws FailureException {@link Failure#BAD_REQUEST}, which names every mistake, its path and what is valid
   */
  public O read(JsonObject json) {
    List<String> mistakes = new ArrayList<>();
    O options = readEach(json, mistakes);
    if (mistakes.isEmpty()) {
      attempt(mistakes, "", () -> check.accept(options));
    }
    return unless(mistakes, options);
  }

  /** As {@link #read}, but each setting is checked by itself only, as a schema can: not whether they fit together. */
  public O readEach(JsonObject json) {
    List<String> mistakes = new ArrayList<>();
    return unless(mistakes, readEach(json, mistakes));
  }

  /** Every option by its name, as {@link #read} takes it. */
  public JsonObject write(O options) {
    JsonObject json = new JsonObject();
    for (Setting<O> setting : all) {
      Object value = setting.get().apply(options);
      if (value != null) {
        json.put(setting.name(), value);
      }
    }
    return json;
  }

  private O readEach(JsonObject json, List<String> mistakes) {
    O options = defaults.get();
    for (String name : json.fieldNames()) {
      all.stream().filter(setting -> setting.name().equals(name)).findFirst().ifPresentOrElse(
          setting -> attempt(mistakes, name, () -> setting.set().accept(options, json.getValue(name))),
          () -> mistakes.add("settings." + name + ": unknown; there are " + String.join(", ", names())));
    }
    return options;
  }

  private O unless(List<String> mistakes, O options) {
    if (!mistakes.isEmpty()) {
      throw Failure.BAD_REQUEST.because(plugin + ": " + String.join("; ", mistakes));
    }
    return options;
  }

  private static void attempt(List<String> mistakes, String name, Runnable set) {
    try {
      set.run();
    } catch (IllegalArgumentException e) {
      String mistake = String.valueOf(e.getMessage());
      mistakes.add("settings." + (mistake.startsWith(name) ? mistake : name + ": " + mistake));
    }
  }

  /** Settings that are being listed. */
  public static final class Builder<O> {

    private final String plugin;
    private final Supplier<O> defaults;
    private final List<Setting<O>> all = new ArrayList<>();

    private Builder(String plugin, Supplier<O> defaults) {
      this.plugin = plugin;
      this.defaults = defaults;
    }

    /** A whole number of 32 bits. */
    public Builder<O> number(String name, ToIntFunction<O> get, BiConsumer<O, Integer> set) {
      return value(name, get::applyAsInt, (options, value) -> set.accept(options, whole32(value)));
    }

    /** A whole number from {@code least} to {@code most}. */
    public Builder<O> number(String name, int least, int most, ToIntFunction<O> get, BiConsumer<O, Integer> set) {
      return value(name, get::applyAsInt, (options, value) -> set.accept(options, (int) within(value, least, most)));
    }

    /** A time in milliseconds. */
    public Builder<O> millis(String name, Function<O, Duration> get, BiConsumer<O, Duration> set) {
      return value(name, options -> get.apply(options).toMillis(),
          (options, value) -> set.accept(options, Duration.ofMillis(whole(value))));
    }

    /** A time from {@code least} to {@code most} of {@code unit}, which the option has in nanoseconds. */
    public Builder<O> nanos(String name, TimeUnit unit, long least, long most, ToLongFunction<O> get,
        BiConsumer<O, Long> set) {
      return value(name, options -> unit.convert(get.applyAsLong(options), TimeUnit.NANOSECONDS),
          (options, value) -> set.accept(options, unit.toNanos(within(value, least, most))));
    }

    /** A number. */
    public Builder<O> decimal(String name, Function<O, Double> get, BiConsumer<O, Double> set) {
      return value(name, get::apply, (options, value) -> set.accept(options, decimalOf(value)));
    }

    /** {@code true} or {@code false}. */
    public Builder<O> flag(String name, Function<O, Boolean> get, BiConsumer<O, Boolean> set) {
      return value(name, get::apply, (options, value) -> set.accept(options, flagOf(value)));
    }

    /** A text. */
    public Builder<O> text(String name, Function<O, String> get, BiConsumer<O, String> set) {
      return value(name, get::apply, (options, value) -> set.accept(options, textOf(value)));
    }

    /** A list of texts. */
    public Builder<O> texts(String name, Function<O, List<String>> get, BiConsumer<O, List<String>> set) {
      return value(name, options -> new JsonArray(get.apply(options)),
          (options, value) -> set.accept(options, textsOf(value)));
    }

    /** One of an enumeration's values, by its {@code toString}. */
    public <T extends Enum<T>> Builder<O> choice(String name, Class<T> type, Function<O, T> get,
        BiConsumer<O, T> set) {
      return value(name, options -> get.apply(options).toString(),
          (options, value) -> set.accept(options, choiceOf(type, textOf(value))));
    }

    /** The settings of options within the options. */
    public <P> Builder<O> part(Function<O, P> part, Consumer<Builder<P>> settings) {
      Builder<P> inner = new Builder<>(plugin, () -> part.apply(defaults.get()));
      settings.accept(inner);
      inner.all.forEach(setting -> value(setting.name(), options -> setting.get().apply(part.apply(options)),
          (options, value) -> setting.set().accept(part.apply(options), value)));
      return this;
    }

    /**
     * A setting of any other kind.
     *
     * @param get answers it as a value of JSON, or {@code null} when there is none
     * @param set takes the value of JSON, {@code null} too; refuses by {@link IllegalArgumentException}
     */
    public Builder<O> value(String name, Function<O, Object> get, BiConsumer<O, Object> set) {
      all.add(new Setting<>(name, get, set));
      return this;
    }

    /**
     * The list as it is now.
     *
     * @param check refuses by {@link IllegalArgumentException} what does not fit together; its message begins with the
     *     name of a setting
     */
    public Settings<O> build(Consumer<O> check) {
      return new Settings<>(this, check);
    }
  }

  /** A value of JSON as text, or an {@link IllegalArgumentException}; so are those below. */
  public static String textOf(Object value) {
    return cast(value, String.class, "text");
  }

  public static boolean flagOf(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException(shown(value) + " is neither true nor false");
  }

  public static JsonObject objectOf(Object value) {
    return cast(value, JsonObject.class, "object");
  }

  public static List<String> textsOf(Object value) {
    if (value instanceof JsonArray array && array.stream().allMatch(String.class::isInstance)) {
      return array.stream().map(String.class::cast).toList();
    }
    throw new IllegalArgumentException(shown(value) + " is no list of texts");
  }

  private static double decimalOf(Object value) {
    return cast(value, Number.class, "number").doubleValue();
  }

  private static <T extends Enum<T>> T choiceOf(Class<T> type, String name) {
    return Arrays.stream(type.getEnumConstants()).filter(each -> each.toString().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(shown(name) + " is none of "
            + Stream.of(type.getEnumConstants()).map(Enum::toString).collect(Collectors.joining(", "))));
  }

  /** 5.0 is a whole number in JSON. */
  private static long whole(Object value) {
    if (value instanceof Number number && number.doubleValue() == number.longValue()) {
      return number.longValue();
    }
    throw new IllegalArgumentException(shown(value) + " is no whole number");
  }

  private static int whole32(Object value) {
    if (value instanceof Number number && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    throw new IllegalArgumentException(shown(value) + " is no whole number of 32 bits");
  }

  private static long within(Object value, long least, long most) {
    long number = whole(value);
    if (number < least || number > most) {
      throw new IllegalArgumentException(number + " is not in " + least + " to " + most);
    }
    return number;
  }

  private static <T> T cast(Object value, Class<T> type, String name) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new IllegalArgumentException(shown(value) + " is no " + name);
  }

  private static String shown(Object value) {
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }
}
