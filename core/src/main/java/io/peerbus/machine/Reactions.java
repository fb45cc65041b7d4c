package io.peerbus.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What an owner does about each kind of a machine's actions: a method for each record of a sealed type. Made once, as
 * a constant of the owner's class; a kind that was forgotten is found out then.
 *
 * <p>Immutable once {@link Builder#build} is called, so any thread may use it. A reaction is found in constant time.
 *
 * @param <O> the owner
 * @param <A> the machine's actions
 */
public final class Reactions<O, A> {

  private final Map<Class<?>, BiConsumer<O, A>> byKind;

  private Reactions(Map<Class<?>, BiConsumer<O, A>> byKind) {
    this.byKind = byKind;
  }

  /** Starts with none. {@code actions} is the sealed type. */
  public static <O, A> Builder<O, A> of(Class<O> owner, Class<A> actions) {
    if (!actions.isSealed()) {
      throw new IllegalArgumentException(actions + " is not sealed: nobody can know all of its kinds");
    }
    return new Builder<>(actions);
  }

  /** Has the owner react. */
  public void accept(O owner, A action) {
    byKind.get(action.getClass()).accept(owner, action);
  }

  /** Collects the reactions. Not thread safe. */
  public static final class Builder<O, A> {
    private final Class<A> actions;
    private final Map<Class<?>, BiConsumer<O, A>> byKind = new HashMap<>();

    private Builder(Class<A> actions) {
      this.actions = actions;
    }

    /** Reacts to one kind. */
    public <K extends A> Builder<O, A> on(Class<K> kind, BiConsumer<O, K> reaction) {
      byKind.put(kind, (owner, action) -> reaction.accept(owner, kind.cast(action)));
      return this;
    }

    /** Leaves one kind to somebody else. */
    public Builder<O, A> ignore(Class<? extends A> kind) {
      return on(kind, (owner, action) -> { });
    }

    /** @throws IllegalStateException when a kind has neither a reaction nor is ignored */
    public Reactions<O, A> build() {
      for (Class<?> kind : actions.getPermittedSubclasses()) {
        if (!byKind.containsKey(kind)) {
          throw new IllegalStateException("no reaction to " + kind.getName());
        }
      }
      return new Reactions<>(byKind);
    }
  }
}
