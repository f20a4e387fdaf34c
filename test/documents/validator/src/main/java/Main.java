/** Placeholder while the classpath is fetched. */
public final class Main { public static void main(String[] a) {} }
