package dev.sallyport.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchCondition;
import dev.sallyport.access.fake.Attack;
import dev.sallyport.cli.Main;
import java.io.FileDescriptor;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the compiled classes of all modules must and must not do. */
final class HouseRulesTest {
    private static final String HOUSE = "dev.sallyport";
    private static final String[] DOORS = {
        HOUSE + ".recorder..",
        HOUSE + ".broker..",
        HOUSE + ".proxy.ssh..",
        HOUSE + ".proxy.db..",
        HOUSE + ".cli.."
    };

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(HouseRulesTest::isProduction)
                    .importPackages(HOUSE);

    private static boolean isProduction(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    @Test
    void theRulesSeeEveryModuleAndNoTest() {
        for (String name : Set.of("access", "recorder", "broker", "proxy.ssh", "proxy.db", "cli")) {
            assertThat(CLASSES.that(resideIn(HOUSE + "." + name)))
                    .as("classes in " + name)
                    .hasSizeGreaterThan(1);
        }
        assertThat(CLASSES.contain(HouseRulesTest.class)).isFalse();
    }

    private static DescribedPredicate<JavaClass> resideIn(String name) {
        return DescribedPredicate.describe(
                "in " + name, type -> (type.getPackageName() + ".").startsWith(name + "."));
    }

    @Test
    void packagesOfAModuleFormNoCycle() {
        slices().matching(HOUSE + ".(*).(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching(HOUSE + ".proxy.ssh.(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching(HOUSE + ".proxy.db.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void accessImportsNobody() {
        noClasses()
                .that()
                .resideInAPackage(HOUSE + ".access..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DOORS)
                .check(CLASSES);
    }

    @Test
    void onlyCliImportsSiblings() {
        for (String door : DOORS) {
            if (door.equals(HOUSE + ".cli..")) {
                continue;
            }
            classes()
                    .that()
                    .resideInAPackage(door)
                    .should()
                    .onlyDependOnClassesThat(
                            DescribedPredicate.describe(
                                    "are its own, of access or foreign", type -> fits(door, type)))
                    .check(CLASSES);
        }
    }

    private static boolean fits(String door, JavaClass type) {
        String own = door.substring(0, door.length() - 1);
        String name = type.getBaseComponentType().getPackageName() + ".";
        return !name.startsWith(HOUSE + ".")
                || name.startsWith(own)
                || name.startsWith(HOUSE + ".access.");
    }

    @Test
    void onlyTheDiskForcesTheDisk() {
        noClasses()
                .that()
                .resideInAPackage(HOUSE + ".recorder..")
                .and()
                .resideOutsideOfPackage(HOUSE + ".recorder.disk..")
                .should()
                .callMethod(FileChannel.class, "force", boolean.class)
                .orShould()
                .callMethod(AsynchronousFileChannel.class, "force", boolean.class)
                .orShould()
                .callMethod(FileDescriptor.class, "sync")
                .check(CLASSES);
    }

    @Test
    @Attack(15)
    void nothingIsSerialisedByTheLanguage() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
                .check(CLASSES);
        noClasses().should(implementItself(Serializable.class)).check(CLASSES);
    }

    /** Exceptions and enums inherit the interface and cannot help it. */
    private static ArchCondition<JavaClass> implementItself(Class<?> forbidden) {
        return ArchCondition.from(
                DescribedPredicate.describe(
                        "implement " + forbidden.getSimpleName(),
                        type ->
                                type.getRawInterfaces().stream()
                                        .anyMatch(each -> each.isEquivalentTo(forbidden))));
    }

    @Test
    void onlyMainEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(CLASSES);
    }

    @Test
    @Attack({17, 18})
    void onlyTheCommandLineStartsProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOUSE + ".cli..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .orShould()
                .callMethod(Runtime.class, "exec", String.class)
                .check(CLASSES);
    }

    @Test
    void nothingSleeps() {
        noClasses()
                .should()
                .accessTargetWhere(
                        DescribedPredicate.describe(
                                "Thread.sleep or TimeUnit.sleep", HouseRulesTest::isSleep))
                .check(CLASSES);
    }

    private static boolean isSleep(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return access.getTarget().getName().equals("sleep")
                && (owner.equals("java.lang.Thread")
                        || owner.equals("java.util.concurrent.TimeUnit"));
    }
}
