"""Word lists for Indonesian names (DOMAIN §6): public spelling habits, no one's data.

In the lists below a name of several words is written with underscores.
"""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.replace("_", " ") for word in text.split()))


# Before a name. "RT" is Ratu (Banten); the neighbourhood number RT stands in addresses, never in a name column.
# Words that are as often a first name (ANDI, DEWA, HABIB, NING) stay in the name.
TITLES = _listed(
    """
    H HJ HJH HAJI HADJI HAJAH HAJJAH HAJJI KH K_H KIAI KYAI KIYAI NYAI UST USTAD USTADZ USTAZ USTADZAH USTAZAH
    DR DRS DRA DRG DRH IR PROF APT NS NERS PDT PENDETA
    R RR RD RADEN R_A RA R_AY RADEN_AJENG RADEN_AYU R_M RM RADEN_MAS R_NGT RADEN_NGANTEN KRT KPH
    TB T_B TUBAGUS RT RATU
    NY NYONYA NYI TN TUAN NN NONA SDR SDRI SDRA SAUDARA SAUDARI BPK BAPAK BP IBU MR MRS
    I NI I_GUSTI I_GST NI_GUSTI NI_GST GUSTI GST I_B IB IDA_BAGUS IDA_BGS IDA_AYU I_A A_A AA ANAK_AGUNG
    COKORDA TJOKORDA COK TJOK I_DEWA I_DW NI_DEWA I_DEWA_AYU NI_DEWA_AYU
    """
)

# What S., M. or A. is followed by in a degree. With dots (`S.Pd.`) a degree is first joined to one word.
DEGREE_FIELDS = _listed(
    """
    PD PDI PDSD PDAUD SI KOM SOS SOSI AG HUM KEP FARM KES STAT PSI HUT IP AP AK KEB KEBI FIL SN IKOM KM GZ TP TR
    TRKEP TRKEB HI EI SY SC KN PT PI ADM LING AB DS TH PSIKOLOG BIOMED TEKNOL MD ARS
    """
)
DEGREES = tuple(
    dict.fromkeys(
        [prefix + field for prefix in "SM" for field in DEGREE_FIELDS]
        + list(
            _listed(
                """
                SE SH ST SP SS ME MH MT MM MP MBA MPH SST SSTP STP LLM PHD LC BSC BA MSC SPOG SPPD SPA SPB NERS NS
                APT CHT BE AMD AMA AMK AMAPD AMDKEB AMDKEP AMDKOM AMDAK AMDPD AMDKES AMDFARM AMDT
                """
            )
        )
    )
)
# What is stripped after a name; a Balinese I or Ni is sometimes written last.
AFTER = (*DEGREES, "I", "NI")
ONE_LETTER_DEGREES = "EHTPSM"

DECEASED = _listed("ALM ALMH ALMARHUM ALMARHUMAH ALMRHM ALMHM MENINGGAL WAFAT MENINGGAL_DUNIA")
# Words between a name and another name of the same person, as patterns. AL only with a dot ("AL AMIN" is a name).
ALIAS_MARKS = _listed(r"ALIAS ALS AL\. AKA A\.K\.A BIN BINTI BINTE BNT BTI BTE BT\. BT")

# Whole words of one name -> its common form.
_FORMS = {
    "MUHAMMAD": "MUH MOH MOCH MOHD MUHD MHD MUCH MUKH MOKH MHMD MUHMD MUHMMAD MUHAMD MUHMAD MOHMAD MOHMMAD MUHAAMAD",
    "AHMAD": "ACH AKH AHM ACHMD AHMD",
    "ABDUL": "ABD ABDL ABDEL",
    "SITI": "SITTI STI SITHI SITY SITIE SITTY SITII",
    "NUR": "NOOR NOR NUUR NURR",
    "SRI": "SRIE SRY SRII SRIY",
    "YUSUF": "JUSUF JUSUP YUSUP YUSUPH JUSUPH YUSUFF",
    "YUNUS": "JUNUS",
    "YAHYA": "JAHJA JAHYA YAHJA",
    "WAYAN": "WAJAN WYN WY",
    "BAYI": "BY",
    "MADE": "MD",
    "GEDE": "GD",
    "NYOMAN": "NYM",
    "KOMANG": "KMG",
    "KETUT": "KT",
    "PUTU": "PT",
    "KADEK": "KD",
    "NGURAH": "NGR",
    "BAGUS": "BGS",
    "DAENG": "DG",
}
VARIANTS = {variant: form for form, variants in _FORMS.items() for variant in _listed(variants)}
# Names in which OE is not the old spelling of U.
OE_STAYS = _listed("JOEL YOEL NOEL JOE NOE ZOE CHLOE POE MOE DOE BOE KOE YOE")
