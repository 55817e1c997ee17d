"""The people whom demonstrations, the tour and the front-ends name: their license numbers never change.

Everything is told relative to the year in which they are entered. What holds then holds at least to
the end of the next year; what is over stays over.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from practitioners.rules import Gender


class Story(Enum):
    """What has become of somebody's licenses."""

    GOOD_STANDING = "may practise"
    SUPERVISED = "may practise only under supervision"
    SUSPENDED = "suspended by an interim order"
    EXPIRED = "the last practising certificate has expired"
    RENEWING = "renewal in process: may practise meanwhile"
    ERASED = "erased by the disciplinary tribunal"
    DEAD = "has died"
    LIMITED = "may practise under conditions"


@dataclass(frozen=True)
class CastLicense:
    """A license of a member of the cast, registered so many years before the present one."""

    number: str
    register_part: str
    council_number: str
    years_ago: int
    specialty: str = ""


@dataclass(frozen=True)
class CastMember:
    """One person; `key` is how demonstrations call them."""

    key: str
    title: str
    surname: str
    given_names: str
    gender: Gender
    age: int
    state: str
    lga: str
    story: Story
    licenses: tuple[CastLicense, ...]
    identifiers: dict[str, str] = field(default_factory=dict)
    maiden_name: str = ""

    @property
    def full_name(self) -> str:
        """The name as a public answer has it."""
        return f"{self.given_names} {self.surname}"


CAST = (
    CastMember(
        key="doctor",
        title="Dr",
        surname="Ògúnyẹmí",
        given_names="Adébáyọ̀ Samuel",
        gender=Gender.MALE,
        age=46,
        state="LA",
        lga="NG025011",
        story=Story.GOOD_STANDING,
        licenses=(
            CastLicense("PHB-MED-DEM0-001B", "mdcn-medical-full", "MDCN/R/980001", 20),
            CastLicense("PHB-MED-DEM0-0029", "mdcn-medical-specialist", "MDCN/S/980001", 11, "internal-medicine"),
        ),
    ),
    CastMember(
        key="provisional_doctor",
        title="Dr",
        surname="Abdullahi",
        given_names="Hauwa Maryam",
        gender=Gender.FEMALE,
        age=26,
        state="KN",
        lga="NG020021",
        story=Story.SUPERVISED,
        licenses=(CastLicense("PHB-MED-DEM0-0037", "mdcn-medical-provisional", "MDCN/P/980003", 1),),
    ),
    CastMember(
        key="suspended_nurse",
        title="",
        surname="Okonkwo",
        given_names="Chidinma Grace",
        gender=Gender.FEMALE,
        age=38,
        state="EN",
        lga="NG014004",
        story=Story.SUSPENDED,
        licenses=(CastLicense("PHB-NUR-DEM0-004R", "nmcn-general-nurse", "RN 980004", 14),),
        identifiers={"nmcn-pin": "9800004"},
    ),
    CastMember(
        key="nurse_midwife",
        title="Mrs",
        surname="Eze-Adeyemi",
        given_names="Ngọzị Esther",
        gender=Gender.FEMALE,
        age=41,
        state="OY",
        lga="NG031006",
        story=Story.GOOD_STANDING,
        licenses=(
            CastLicense("PHB-NUR-DEM0-005P", "nmcn-general-nurse", "RN 980005", 18),
            CastLicense("PHB-MID-DEM0-006W", "nmcn-midwife", "RM 980005", 15),
        ),
        identifiers={"nmcn-pin": "9800005"},
        maiden_name="Eze",
    ),
    CastMember(
        key="expired_pharmacist",
        title="",
        surname="Danjuma",
        given_names="Sa’idu Peter",  # noqa: RUF001 -- the apostrophe that people type
        gender=Gender.MALE,
        age=52,
        state="KD",
        lga="",
        story=Story.EXPIRED,
        licenses=(CastLicense("PHB-PHA-DEM0-007X", "pcn-pharmacist-full", "PCN/P/98007", 25),),
    ),
    CastMember(
        key="renewing_scientist",
        title="",
        surname="Ehigiator",
        given_names="Blessing Efe",
        gender=Gender.FEMALE,
        age=34,
        state="ED",
        lga="",
        story=Story.RENEWING,
        licenses=(CastLicense("PHB-MLS-DEM0-008S", "mlscn-scientist-full", "RA98008", 9),),
    ),
    CastMember(
        key="erased_dentist",
        title="Dr",
        surname="Balogun",
        given_names="Kọ́ládé Ibrahim",
        gender=Gender.MALE,
        age=57,
        state="OG",
        lga="",
        story=Story.ERASED,
        licenses=(CastLicense("PHB-DEN-DEM0-009R", "mdcn-dental-full", "MDCN/D/98009", 30),),
    ),
    CastMember(
        key="deceased_doctor",
        title="Prof",
        surname="Nwachukwu",
        given_names="Ifeanyichukwu Paul",
        gender=Gender.MALE,
        age=74,
        state="AB",
        lga="",
        story=Story.DEAD,
        licenses=(CastLicense("PHB-MED-DEM0-0109", "mdcn-medical-full", "MDCN/R/980010", 47),),
    ),
    CastMember(
        key="limited_physiotherapist",
        title="",
        surname="Yusuf",
        given_names="Musa Aliyu",
        gender=Gender.MALE,
        age=36,
        state="FC",
        lga="NG015002",
        story=Story.LIMITED,
        licenses=(CastLicense("PHB-PHY-DEM0-0110", "mrtbn-physiotherapist-full", "MRTB/PT/98011", 10),),
    ),
)


def born_on(member: CastMember, today: date) -> date:
    """Return the day of birth, in May so many years ago."""
    return date(today.year - member.age, 5, 17)


def registered_on(license: CastLicense, today: date) -> date:
    """Return the day of registration, the third of September so many years ago."""
    return date(today.year - license.years_ago, 9, 3)
